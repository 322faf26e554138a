//! What is struck: a web process, two workers, the database under them and the providers beyond.

use std::path::Path;

use app::postgres::Embedded;
use nix::sys::signal::Signal;
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    blasts,
    faults::House,
    support::process::{Wib, free_port},
};

pub(super) struct Target<'a> {
    pub(super) house: House,
    pub(super) simulator: simulator::Running,
    postgres: &'a Embedded,
    web: Wib,
    workers: [Worker; 2],
}

struct Worker {
    process: Wib,
    /// It does not run until then.
    asleep_until: Option<Instant>,
}

impl<'a> Target<'a> {
    pub(super) async fn start(directory: &Path, postgres: &'a Embedded, speed: f64) -> Self {
        let port = free_port();
        let simulator = blasts::simulator(port, speed).await;
        let house = House::new(directory, postgres, &simulator, port);
        let worker = |n: usize| Worker { process: house.start(&format!("worker-{n}"), &["work"]), asleep_until: None };
        let (web, workers) = (house.start("web", &["serve"]), [worker(0), worker(1)]);
        house.answers().await;
        Self { house, simulator, postgres, web, workers }
    }

    pub(super) fn kill_worker(&mut self, n: usize) {
        let worker = &mut self.workers[n];
        worker.process.kill();
        worker.process = self.house.start(&format!("worker-{n}"), &["work"]);
        worker.asleep_until = None;
    }

    pub(super) fn kill_web(&mut self) {
        self.web.kill();
        self.web = self.house.start("web", &["serve"]);
    }

    pub(super) fn stop_worker(&mut self, n: usize, until: Instant) {
        self.workers[n].process.signal(Signal::SIGSTOP);
        self.workers[n].asleep_until = Some(until);
    }

    /// Wakes who has slept long enough by that moment.
    pub(super) fn wake(&mut self, by: Instant) {
        for worker in &mut self.workers {
            if worker.asleep_until.take_if(|until| *until <= by).is_some() {
                worker.process.signal(Signal::SIGCONT);
            }
        }
    }

    pub(super) async fn crash_database(&self) {
        self.postgres.restart_immediately().await.unwrap();
    }

    /// A merge patch on what the providers do.
    pub(super) async fn providers(&self, patch: &Value) {
        let url = format!("{}/sim/faults", self.simulator.origin());
        let sent = reqwest::Client::new().post(url).json(patch).send().await.unwrap();
        assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    }
}

//! Server-sent events: how a stream looks and when it ends.

use std::{convert::Infallible, time::Duration};

use axum::response::sse::{self, KeepAlive, Sse};
use futures::{Stream, StreamExt, stream};
use metrics::Gauge;
use tokio::{sync::watch, time::interval};
use tokio_stream::wrappers::{IntervalStream, WatchStream};
use workflows::identity::Principal;

use super::live::Html;
use crate::{presence::BEAT, state::App};

/// Silence for longer than this is trouble.
const ALIVE: Duration = Duration::from_secs(15);

/// One message of a stream.
pub type Message = Result<sse::Event, Infallible>;

/// A comment every 15 s, so that nobody in between thinks the line is dead.
pub fn keep_alive() -> KeepAlive {
    KeepAlive::new().interval(ALIVE)
}

/// A page's fragments: a snapshot at once, then every change, as `event: patch`. Scripts cannot see comments, so
/// that a page knows its line to be alive there is an `event: beat` every 15 s.
pub fn patches(
    app: &App,
    caller: &Principal,
    html: watch::Receiver<Html>,
) -> Sse<sse::KeepAliveStream<stream::BoxStream<'static, Message>>> {
    let changes = WatchStream::new(html).filter_map(|html| async move { html.map(|html| Ok(patch(&html))) });
    let beats = IntervalStream::new(interval(ALIVE)).map(|_| Ok(sse::Event::default().event("beat").data("1")));
    Sse::new(ends_with(app, caller, "page", stream::select(changes, beats)).boxed()).keep_alive(keep_alive())
}

fn patch(html: &str) -> sse::Event {
    // A carriage return would end the field; HTML does not need any.
    sse::Event::default().event("patch").data(html.replace('\r', ""))
}

/// A stream ends when the process is told to stop; while it is open its reader's heart beats.
pub fn ends_with(
    app: &App,
    caller: &Principal,
    kind: &'static str,
    messages: impl Stream<Item = Message> + Send + 'static,
) -> impl Stream<Item = Message> + Send + 'static {
    let (presence, caller) = (app.presence.clone(), caller.clone());
    let beats = IntervalStream::new(interval(BEAT)).filter_map(move |_| {
        let (presence, caller) = (presence.clone(), caller.clone());
        async move {
            presence.beat(&caller).await;
            None
        }
    });
    let stop = app.stop.clone();
    let reader = Reader::new(kind);
    // The stream holds what its closure holds.
    let messages = messages.inspect(move |_| {
        let _open = &reader;
    });
    stream::select(messages, beats).take_until(async move { stop.cancelled().await })
}

/// One open stream, counted as long as it is.
struct Reader(Gauge);

impl Reader {
    fn new(kind: &'static str) -> Self {
        let readers = metrics::gauge!("wib_sse_clients", "stream" => kind);
        readers.increment(1.0);
        Self(readers)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

//! What happens to a leg: its steps, its answer, its end.

use serde_json::{Value, json};

use crate::amd::Finding;
use crate::event::stamp;
use crate::leg::{Bridge, Ending, LegNo, State};
use crate::timeline::Step;
use crate::world::World;

impl World {
    /// Takes the next step of a leg, unless it has ended meanwhile.
    pub(crate) fn take_step(&mut self, number: LegNo, step: Step) {
        if self.living(number).is_none() {
            return;
        }
        match step {
            Step::Initiated => self.initiated(number),
            Step::Answered => self.answer(number),
            Step::Found(finding) => self.report(number, finding),
            Step::HungUp(ending) => self.hang_up(number, ending),
        }
    }

    /// Reported once, and before anything else about the leg.
    fn initiated(&mut self, number: LegNo) {
        let Some(leg) = self.legs.get_mut(number).filter(|leg| !leg.initiated) else {
            return;
        };
        leg.initiated = true;
        let bridging = leg.bridges_to.is_some();
        let details = json!({
            "direction": "outgoing",
            "state": if bridging { "bridging" } else { "parked" },
            "start_time": stamp(leg.dialled_at),
        });
        self.emit(number, "call.initiated", details);
    }

    /// Somebody picked up.
    fn answer(&mut self, number: LegNo) {
        let now = self.now;
        let Some(leg) = self.legs.get_mut(number).filter(|leg| leg.state == State::Ringing) else {
            return;
        };
        leg.state = State::Answered;
        leg.answered_at = Some(now);
        self.tally.of(leg).answered += 1;
        let (joins, records, bridges_to) = (leg.joins.take(), leg.records_from_answer.take(), leg.bridges_to.take());
        let details = json!({ "state": "answered", "start_time": stamp(now) });
        self.note_leg(number, "answered");
        self.emit(number, "call.answered", details);
        if let Some(dial) = records {
            self.record_from_answer(number, &dial);
        }
        if let Some(other) = bridges_to {
            self.bridge(number, other, false);
        }
        if let Some(conference) = joins {
            self.enter_dialled_conference(number, &conference);
        }
    }

    fn report(&mut self, number: LegNo, finding: Finding) {
        let details = finding.result.map_or_else(|| json!({}), |result| json!({ "result": result }));
        self.emit(number, finding.event, details);
    }

    /// Connects two answered legs.
    pub(crate) fn bridge(&mut self, one: LegNo, other: LegNo, parks: bool) {
        if self.living(one).is_none() || self.living(other).is_none() {
            return;
        }
        self.bridge_side(one, Bridge { with: other, parks });
        self.bridge_side(other, Bridge { with: one, parks: false });
        self.emit(one, "call.bridged", json!({}));
        self.emit(other, "call.bridged", json!({}));
    }

    fn bridge_side(&mut self, number: LegNo, bridge: Bridge) {
        if let Some(leg) = self.legs.get_mut(number) {
            leg.bridge = Some(bridge);
        }
    }

    /// Ends a leg, once: its sounds, its place in a conference, its recording, itself and
    /// the leg it was bridged to.
    pub(crate) fn hang_up(&mut self, number: LegNo, ending: Ending) {
        let now = self.now;
        if self.living(number).is_some() {
            self.initiated(number);
        }
        let Some(leg) = self.legs.get_mut(number).filter(|leg| leg.is_alive()) else {
            return;
        };
        leg.state = State::Ended;
        leg.ended_at = Some(now);
        leg.transcription = None;
        let bridge = leg.bridge.take();
        self.tally.of(leg).end(ending);
        self.legs.bury(number);
        self.end_playback(number, None, "call_hangup");
        self.end_speech(number, None, "call_hangup");
        self.leave_any_conference(number);
        self.stop_recording(number);
        self.note_leg(number, &format!("ended {} by {}", ending.cause, ending.source));
        let details = self.hang_up_details(number, ending);
        self.emit(number, "call.hangup", details);
        if let Some(Bridge { with, .. }) = bridge {
            self.unbridge(with);
        }
    }

    fn hang_up_details(&self, number: LegNo, ending: Ending) -> Value {
        let leg = self.legs.get(number);
        let answered = leg.and_then(|leg| leg.answered_at);
        let start = answered.or(leg.map(|leg| leg.dialled_at)).unwrap_or(self.now);
        json!({
            "state": "hangup",
            "start_time": stamp(start),
            "hangup_cause": ending.cause,
            "hangup_source": ending.source,
            "sip_hangup_cause": ending.sip,
            "call_quality_stats": answered.map(|_| quality()),
        })
    }

    /// The other side of a bridge is gone.
    fn unbridge(&mut self, number: LegNo) {
        let Some(leg) = self.legs.get_mut(number).filter(|leg| leg.is_alive()) else {
            return;
        };
        let parks = leg.bridge.take().is_some_and(|bridge| bridge.parks);
        if !parks {
            self.hang_up(number, Ending::near(true));
        }
    }
}

fn quality() -> Value {
    json!({
        "inbound": {
            "jitter_max_variance": "12.40",
            "jitter_packet_count": "0",
            "mos": "4.50",
            "packet_count": "1500",
            "skip_packet_count": "3",
        },
        "outbound": { "packet_count": "1500", "skip_packet_count": "0" },
    })
}

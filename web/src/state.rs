//! The state lexicon: for every state of every noun one word, one icon and one tone, the same on every page.
//!
//! Always icon and word, never colour alone. The form carries meaning too: *solid* is happening now (at most one per panel),
//! *tint* is settled, *plain* is the usual case in a list. A rule's refusal is hatched ink and never red: it is the product
//! working. What is not known is dashed.

use crate::icon::Icon;
use leptos::prelude::*;

/// The hue of a state, `data-s` in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Connected, running, done, allowed.
    Live,
    /// Dialling, ringing, in flight.
    Ring,
    /// Wrap-up, voicemail, answering machine detection.
    Wrap,
    /// Paused, later, throttled, break, too long.
    Hold,
    /// Broken, and needs a person.
    Fail,
    /// A rule said no.
    Block,
    /// The outcome is not known yet.
    Unknown,
    /// Draft, scheduled, skipped, offline.
    Idle,
}

impl Tone {
    /// The value of `data-s`.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Live => "live",
            Tone::Ring => "ring",
            Tone::Wrap => "wrap",
            Tone::Hold => "hold",
            Tone::Fail => "fail",
            Tone::Block => "block",
            Tone::Unknown => "unknown",
            Tone::Idle => "idle",
        }
    }
}

/// How a state is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Solid: happening now.
    Now,
    /// Solid and larger: the state of the whole page.
    Big,
    /// Tinted: settled.
    Settled,
    /// Icon and word only: the usual case in a list.
    Plain,
}

impl Form {
    fn class(self) -> &'static str {
        match self {
            Form::Now => "chip now",
            Form::Big => "chip now big",
            Form::Settled => "chip",
            Form::Plain => "chip plain",
        }
    }
}

/// A word of the lexicon.
pub trait Lexeme: Copy {
    /// Its hue.
    fn tone(self) -> Tone;
    /// Its icon.
    fn icon(self) -> Icon;
    /// What a person reads.
    fn word(self) -> &'static str;

    /// Icon and word in the form given.
    fn chip(self, form: Form) -> AnyView {
        chip(self.tone(), self.icon(), self.word(), form)
    }
}

/// A chip of any words; states use [`Lexeme::chip`].
pub fn chip(tone: Tone, icon: Icon, words: impl Into<String>, form: Form) -> AnyView {
    view! { <span class=form.class() data-s=tone.name()>{icon.view()}{words.into()}</span> }.into_any()
}

/// A state of any noun, for a page that shows several: `Mark::of(CallState::Ended)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its hue.
    pub tone: Tone,
    /// Its icon.
    pub icon: Icon,
    /// What a person reads.
    pub word: &'static str,
}

impl Mark {
    /// The mark of a state.
    pub fn of(state: impl Lexeme) -> Mark {
        Mark { tone: state.tone(), icon: state.icon(), word: state.word() }
    }

    /// Icon and word in the form given.
    pub fn chip(self, form: Form) -> AnyView {
        chip(self.tone, self.icon, self.word, form)
    }
}

macro_rules! lexicon {
    ($(#[$doc:meta])* $noun:ident { $($state:ident $name:literal $word:literal $tone:ident $icon:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $noun {
            $(#[doc = $word] $state,)+
        }

        impl $noun {
            /// Every one of them.
            pub const ALL: &[$noun] = &[$($noun::$state,)+];

            /// The name in the database, in the API and in the URL.
            pub fn name(self) -> &'static str {
                match self { $($noun::$state => $name,)+ }
            }

            /// The one of that name.
            pub fn named(name: &str) -> Option<$noun> {
                Self::ALL.iter().copied().find(|s| s.name() == name)
            }
        }

        impl Lexeme for $noun {
            fn tone(self) -> Tone {
                match self { $($noun::$state => Tone::$tone,)+ }
            }
            fn icon(self) -> Icon {
                match self { $($noun::$state => Icon::$icon,)+ }
            }
            fn word(self) -> &'static str {
                match self { $($noun::$state => $word,)+ }
            }
        }
    };
}

lexicon! {
    /// A campaign's state.
    CampaignState {
        Draft     "draft"     "Draft"     Idle FilePen,
        Scheduled "scheduled" "Scheduled" Idle CalendarClock,
        Running   "running"   "Running"   Live Play,
        Paused    "paused"    "Paused"    Hold Pause,
        Draining  "draining"  "Draining"  Hold Hourglass,
        Completed "completed" "Completed" Live CheckCheck,
        Stopped   "stopped"   "Stopped"   Idle Square,
    }
}

lexicon! {
    /// The state of an export of evidence.
    ExportState {
        Queued  "queued"  "Waiting" Idle Hourglass,
        Running "running" "Writing" Ring Loader,
        Ready   "ready"   "Ready"   Live CheckCheck,
        Failed  "failed"  "Failed"  Fail TriangleAlert,
    }
}

lexicon! {
    /// The state of one account on a campaign's list.
    RecipientState {
        Queued     "queued"     "Waiting"    Idle List,
        Claimed    "claimed"    "In flight"  Ring PhoneOutgoing,
        RetryWait  "retry_wait" "Retry set"  Hold RotateCw,
        Done       "done"       "Completed"  Live CheckCheck,
        Failed     "failed"     "Failed"     Fail TriangleAlert,
        Suppressed "suppressed" "Blocked"    Block ShieldBan,
        Skipped    "skipped"    "Skipped"    Idle SkipForward,
    }
}

lexicon! {
    /// The state of one call attempt.
    CallState {
        Intent        "intent"         "Checked"   Ring CircleDashed,
        Dialing       "dialing"        "Dialling"  Ring PhoneOutgoing,
        Ringing       "ringing"        "Ringing"   Ring PhoneCall,
        Answered      "answered"       "Listening" Wrap Ear,
        Bridged       "bridged"        "Connected" Live AudioLines,
        Ended         "ended"          "Ended"     Live Check,
        Failed        "failed"         "Failed"    Fail TriangleAlert,
        Skipped       "skipped"        "Not called" Block ShieldBan,
        Cancelled     "cancelled"      "Cancelled" Idle X,
        UnknownClosed "unknown_closed" "Unknown"   Unknown CircleHelp,
    }
}

lexicon! {
    /// The state of one text or email, in or out.
    MessageState {
        Queued        "queued"         "Queued"     Idle List,
        Sent          "sent"           "Sent"       Ring Send,
        Delivered     "delivered"      "Delivered"  Live CheckCheck,
        Opened        "opened"         "Opened"     Live MailOpen,
        Clicked       "clicked"        "Clicked"    Live Pointer,
        Failed        "failed"         "Failed"     Fail TriangleAlert,
        Bounced       "bounced"        "Bounced"    Fail MailX,
        Complained    "complained"     "Complained" Fail Flag,
        Skipped       "skipped"        "Not sent"   Block ShieldBan,
        Cancelled     "cancelled"      "Cancelled"  Idle X,
        UnknownClosed "unknown_closed" "Unknown"    Unknown CircleHelp,
        Received      "received"       "Received"   Live Reply,
    }
}

lexicon! {
    /// What kind of step a line of a workflow is. Its tone comes with the line, for only the line knows how it went.
    Step {
        Change   "state_change"     "State change"     Idle ArrowRight,
        Job      "job"              "Job"              Idle Layers,
        Request  "provider_request" "Provider request" Ring ArrowUpRight,
        Webhook  "webhook"          "Webhook"          Live Webhook,
        Decision "decision"         "Decision"         Live ShieldCheck,
        Attempt  "attempt"          "Attempt"          Idle Send,
    }
}

lexicon! {
    /// An agent's state.
    AgentState {
        Offline   "offline"   "Offline"   Idle PhoneOff,
        Available "available" "Available" Live CircleCheck,
        Reserved  "reserved"  "Reserved"  Ring Ear,
        OnCall    "on_call"   "On call"   Live Phone,
        WrapUp    "wrap_up"   "Wrap-up"   Wrap PenLine,
        Break     "break"     "Break"     Hold Coffee,
    }
}

lexicon! {
    /// A job's state.
    JobState {
        Waiting   "waiting"   "Waiting"   Idle List,
        Scheduled "scheduled" "Later"     Hold Clock,
        Running   "running"   "Running"   Ring Loader,
        Retrying  "retrying"  "Retry set" Hold RotateCw,
        Done      "done"      "Done"      Live Check,
        Failed    "failed"    "Failed"    Fail TriangleAlert,
        Cancelled "cancelled" "Cancelled" Idle X,
    }
}

lexicon! {
    /// The state of a bulk action.
    BulkState {
        Queued  "queued"  "Queued"  Idle List,
        Running "running" "Running" Ring Loader,
        Stopped "stopped" "Stopped" Hold Pause,
        Done    "done"    "Done"    Live CheckCheck,
        Failed  "failed"  "Given up" Fail TriangleAlert,
    }
}

lexicon! {
    /// A queue's state.
    QueueState {
        Running   "running"   "Running"   Live Play,
        Throttled "throttled" "Throttled" Hold Gauge,
        Paused    "paused"    "Paused"    Hold Pause,
    }
}

lexicon! {
    /// What a line of an account's timeline is about.
    Event {
        Placed        "placed"        "Call placed"       Ring PhoneOutgoing,
        Spoke         "spoke"         "Call, spoke"       Live AudioLines,
        NoAnswer      "no_answer"     "Call, no answer"   Idle PhoneMissed,
        Busy          "busy"          "Call, busy"        Idle PhoneOff,
        Machine       "machine"       "Call, voicemail"   Wrap Voicemail,
        Abandoned     "abandoned"     "Call, abandoned"   Hold CircleSlash,
        CallFailed    "call_failed"   "Call failed"       Fail TriangleAlert,
        CallUnknown   "call_unknown"  "Outcome unknown"   Unknown CircleHelp,
        Allowed       "allowed"       "Allowed"           Live ShieldCheck,
        Later         "later"         "Not now"           Hold Clock,
        Blocked       "blocked"       "Blocked by rule"   Block ShieldBan,
        Disposition   "disposition"   "Disposition"       Live PenLine,
        Promise       "promise"       "Promise"           Hold HandCoins,
        WrongNumber   "wrong_number"  "Wrong number"      Block UserX,
        RetrySet      "retry_set"     "Retry set"         Hold RotateCw,
        TextSent      "text_sent"     "Text sent"         Ring Send,
        TextDelivered "text_delivered" "Text delivered"   Live CheckCheck,
        TextReceived  "text_received" "Text received"     Live MessageSquare,
        TextFailed    "text_failed"   "Text failed"       Fail TriangleAlert,
        EmailSent     "email_sent"    "Email sent"        Ring Mail,
        EmailDelivered "email_delivered" "Email delivered" Live CheckCheck,
        EmailReceived "email_received" "Email received"   Live Mail,
        EmailFailed   "email_failed"  "Email failed"      Fail TriangleAlert,
        Opened        "opened"        "Email opened"      Live MailOpen,
        Clicked       "clicked"       "Link opened"       Live Pointer,
        Bounced       "bounced"       "Email bounced"     Fail MailX,
        Complained    "complained"    "Marked as spam"    Fail Flag,
        MessageUnknown "message_unknown" "Message unknown" Unknown CircleHelp,
        OptedOut      "opted_out"     "Opted out"         Block ShieldBan,
        OptedIn       "opted_in"      "Opted in again"    Live ShieldCheck,
        Unsubscribed  "unsubscribed"  "Unsubscribed"      Block MailX,
        Recording     "recording"     "Recording"         Idle Mic,
        Campaign      "campaign"      "Campaign"          Idle Megaphone,
        Imported      "imported"      "Imported"          Idle FileSpreadsheet,
        Other         "other"         "Event"             Idle Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_found_by_its_name() {
        for state in CallState::ALL {
            assert_eq!(CallState::named(state.name()), Some(*state));
        }
        assert_eq!(AgentState::named("asleep"), None);
    }

    #[test]
    fn a_refusal_by_rule_is_never_red() {
        for tone in [
            RecipientState::Suppressed.tone(),
            CallState::Skipped.tone(),
            MessageState::Skipped.tone(),
            Event::Blocked.tone(),
        ] {
            assert_eq!(tone, Tone::Block);
        }
    }

    #[test]
    fn a_chip_has_icon_and_word() {
        let html = crate::render::html(|| CampaignState::Running.chip(Form::Now));
        assert!(html.contains(r#"data-s="live""#) && html.contains("<path") && html.contains("Running"), "{html}");
    }
}

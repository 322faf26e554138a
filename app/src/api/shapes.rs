//! The shapes that go over the wire, a file per noun. They are ours to keep stable; the domain's may move.

mod account;
mod agent;
mod call;
mod campaign;
mod compliance;
mod consent;
mod flag;
mod forecast;
mod import;
mod message;
mod policy;
mod preference;
mod suppression;

pub(crate) use account::{AccountIn, AccountOut, AccountPatch, EntryOut};
pub(crate) use agent::{AgentOut, SettingsIn, StateIn, TokenOut};
pub(crate) use call::{CallIn, CallOut, DispositionIn, NextOut};
pub(crate) use campaign::{CampaignIn, CampaignOut, CampaignPatch, RecipientOut, StatsOut, Wanted};
pub(crate) use compliance::{ExplainIn, ExplanationOut, within_reach};
pub(crate) use consent::{ConsentIn, ConsentOut};
pub(crate) use flag::{DisclosureIn, DisclosureOut, FlagIn, FlagOut};
pub(crate) use forecast::{ForecastOut, OutlookOut};
pub(crate) use import::ImportOut;
pub(crate) use message::{ConversationOut, MessageIn, MessageOut, ReplyIn, ThreadOut};
pub(crate) use policy::{PolicyIn, PolicyOut, clock};
pub(crate) use preference::{PreferenceIn, PreferenceOut};
pub(crate) use suppression::{SuppressionIn, SuppressionOut};

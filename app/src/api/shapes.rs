//! The shapes that go over the wire, a file per noun. They are ours to keep stable; the domain's may move.

mod account;
mod agent;
mod call;
mod campaign;
mod import;
mod message;

pub(crate) use account::{AccountIn, AccountOut, AccountPatch, EntryOut};
pub(crate) use agent::{AgentOut, StateIn, TokenOut};
pub(crate) use call::{CallIn, CallOut, DispositionIn, NextOut};
pub(crate) use campaign::{CampaignIn, CampaignOut, CampaignPatch, RecipientOut, StatsOut, Wanted};
pub(crate) use import::ImportOut;
pub(crate) use message::{ConversationOut, MessageIn, MessageOut, ReplyIn, ThreadOut};

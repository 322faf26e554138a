//! The jobs a session asks for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{id::SupervisionId, job::Job};

macro_rules! about_a_session {
    ($($(#[$doc:meta])* $name:ident = $kind:literal,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name {
            pub session: SupervisionId,
        }

        impl Job for $name {
            const KIND: &'static str = $kind;
            const QUEUE: &'static str = "live";
            const MAX_ATTEMPTS: i16 = 5;

            fn run_id(&self) -> Option<Uuid> {
                Some(self.session.0)
            }
        }
    )+};
}

about_a_session! {
    /// Dials the supervisor's telephone; the session's id is the command's.
    DialSupervisor = "dial_supervisor",
    /// Puts their answered leg into the agent's conference.
    JoinSupervisor = "join_supervisor",
    /// Changes how they take part, to what is wanted when it runs.
    SwitchSupervisor = "switch_supervisor",
}

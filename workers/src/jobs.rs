//! The handlers, one file a kind: load, ask the domain, ask the carrier, record.

mod agent_leg;
mod amd_outcome;
mod bulk_action;
mod campaign;
mod export_evidence;
mod fetch_recording;
mod hang_up;
mod message_batch;
mod place_call;
mod reconcile_attempt;
mod reconcile_message;
mod recording;
mod send_email;
mod send_sms;
mod small;
mod supervise;
mod transcription;

use crate::{environment::Environment, registry::Registry};

/// Every kind this product has, with its handler.
#[must_use]
pub fn registry(env: &Environment) -> Registry {
    macro_rules! with_env {
        ($handler:path) => {{
            let env = env.clone();
            move |ctx, job| {
                let env = env.clone();
                async move { $handler(&env, &ctx, &job).await }
            }
        }};
    }
    Registry::new()
        .on(with_env!(place_call::place_call))
        .on(with_env!(amd_outcome::amd_outcome))
        .on(with_env!(amd_outcome::serve_waiting))
        .on(with_env!(amd_outcome::connect_deadline))
        .on(with_env!(recording::start_recording))
        .on(with_env!(fetch_recording::fetch_recording))
        .on(with_env!(transcription::start_transcription))
        .on(with_env!(hang_up::hang_up))
        .on(with_env!(agent_leg::dial_leg))
        .on(with_env!(agent_leg::open_conference))
        .on(with_env!(supervise::dial))
        .on(with_env!(supervise::join))
        .on(with_env!(supervise::switch))
        .on(with_env!(reconcile_attempt::reconcile_attempt))
        .on(with_env!(message_batch::sms_batch))
        .on(with_env!(message_batch::email_batch))
        .on(with_env!(message_batch::retry_message))
        .on(with_env!(send_sms::send_sms))
        .on(with_env!(send_email::send_email))
        .on(with_env!(reconcile_message::reconcile_message))
        .on(with_env!(campaign::plan))
        .on(with_env!(campaign::start))
        .on(with_env!(campaign::close_window))
        .on(with_env!(export_evidence::export_evidence))
        .on(with_env!(bulk_action::bulk_action))
        .on(with_env!(small::close_wrap_up))
        .on(with_env!(small::retry_call))
        .on(with_env!(small::apply_webhook))
}

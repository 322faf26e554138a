//! What the steps are called: jobs, requests and events of the domain in plain words.

/// A job's kind: `place_call` is *place the call*.
pub(in crate::pages) fn job(kind: &str) -> String {
    let words = match kind {
        "place_call" => "place the call",
        "amd_outcome" => "act on who answered",
        "serve_waiting" => "the last moment for an agent",
        "connect_deadline" => "limit to the wait for a verdict",
        "start_recording" => "start the recording",
        "start_transcription" => "have the call written down",
        "fetch_recording" => "fetch the recording",
        "hang_up" => "hang up",
        "dial_agent_leg" => "dial the agent",
        "open_conference" => "open the agent's conference",
        "reconcile_attempt" | "reconcile_message" => "ask what became of it",
        "retry_call" | "retry_message" => "try again",
        "send_sms" => "send the text",
        "send_email" => "send the batch of emails",
        "sms_batch" | "email_batch" => "write the next messages",
        "plan_campaign" => "fix the list",
        "start_campaign" => "start the campaign",
        "close_window" => "close the campaign's window",
        "close_wrap_up" => "end the wrap-up",
        "apply_webhook" => "apply a webhook",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// A request's command, as what was asked: `Asked Telnyx to dial`.
pub(super) fn request(provider: &str, command: &str) -> String {
    let what = match command {
        "dial" => "dial",
        "dial_agent" => "dial the agent",
        "join" => "join the agent",
        "record_start" => "record",
        "transcription_start" => "write down what is said",
        "recording" | "recordings" => "say where the recording is",
        "download" => "hand over the recording",
        "hangup" => "hang up",
        "create_credential" => "register the agent's browser",
        "create_conference" => "open a conference",
        "send_message" => "send the text",
        "send_batch" => "send the batch of emails",
        other => return format!("Asked {}: {}", name(provider), other.replace('_', " ")),
    };
    format!("Asked {} to {what}", name(provider))
}

/// A provider as it writes itself.
pub(super) fn name(provider: &str) -> &str {
    match provider {
        "telnyx" | "telnyx_sms" => "Telnyx",
        "resend" => "Resend",
        other => other,
    }
}

/// An event of the domain.
pub(super) fn event(event: &str) -> String {
    let words = match event {
        "decided" => "intent written",
        "initiated" => "the carrier dials",
        "joined" => "an agent joined",
        "hung_up" => "hung up",
        "claim" => "claimed for an attempt",
        "release" => "given back, as if it had not been claimed",
        "wait" => "retry set",
        "finish" => "done",
        "fail" => "given up, no try is left",
        "suppress" => "blocked by a rule",
        "skip" => "left out",
        "start" => "started",
        "pause" => "paused",
        "resume" => "resumed",
        "stop" => "stopped",
        "lost_reply" => "no answer from the provider",
        "human" => "a person answered",
        "machine" => "a machine answered",
        "not_sure" => "person or machine, not sure",
        "deadline" => "no verdict in time",
        "nobody_free" => "no agent was free",
        "void" => "never left",
        "give_up" => "given up on",
        "accepted" => "taken by the provider",
        "refused" => "refused by the provider",
        "due" => "the wait is over",
        "exhausted" => "nobody is left to reach",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

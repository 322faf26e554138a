//! The dispositions every organisation starts with. Later they are the organisation's own to change.

/// (code, label, what follows, was it the right party)
pub(super) const CATALOGUE: [(&str, &str, &str, bool); 13] = [
    ("promise", "Promise to pay", "done", true),
    ("paid", "Paid", "done", true),
    ("call_back", "Call back later", "retry", true),
    ("right_party_no_promise", "Right party, no promise", "retry", true),
    ("refused", "Refused to pay", "done", true),
    ("dispute", "Disputes the debt", "done", true),
    ("left_message", "Left a message", "retry", false),
    ("no_contact", "No contact", "retry", false),
    ("wrong_number", "Wrong number", "suppress", false),
    ("do_not_call", "Do not call", "suppress", false),
    // the platform's own, replaced by whatever the agent says
    ("connected", "Connected", "done", false),
    ("voicemail", "Voicemail", "retry", false),
    ("abandoned", "Abandoned", "retry", false),
];

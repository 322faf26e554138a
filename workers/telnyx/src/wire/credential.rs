//! On-demand SIP credentials for an agent's browser: `POST /telephony_credentials`.

use chrono::{DateTime, Utc};

use super::Private;

request! {
    /// A credential. `connection_id` is the id of the credential connection, not of the Call Control application.
    CredentialCreate {
        connection_id: String,
        ;
        expires_at: DateTime<Utc>,
        name: String,
        tag: String,
    }
}

report! {
    /// A credential; the browser never sees the password, only a token made from it.
    Credential {
        id: String,
        ;
        expired: bool,
        name: String,
        record_type: String,
        resource_id: String,
        sip_password: Private,
        sip_username: String,
        user_id: String,
    }
}

//! `/telephony_credentials`.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Answer, page};
use crate::credential::Credential;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::shape::{Body, credential};
use crate::world::World;

impl World {
    pub(super) fn post_credential(&mut self, body: &Body) -> Answer {
        body.must_be(credential::CREDENTIAL_CREATE)?;
        let id = self.next_id("credential");
        let number = self.next_number();
        let credential = Credential::new(id, number, body, self.now);
        let json = credential.json(self.now);
        self.credentials.insert(id, credential);
        Ok(Reply::json(201, json!({ "data": json })).into())
    }

    pub(super) fn get_credentials(&self, query: &HashMap<String, String>) -> Answer {
        let all: Vec<&Credential> = self.credentials.values().collect();
        let page = page::numbered(&all, query, |credential| credential.json(self.now));
        Ok(Reply::json(200, page).into())
    }

    pub(super) fn get_credential(&self, id: &str) -> Answer {
        Ok(Reply::data(self.credential(id)?.json(self.now)).into())
    }

    pub(super) fn patch_credential(&mut self, id: &str, body: &Body) -> Answer {
        body.must_be(credential::CREDENTIAL_UPDATE)?;
        let id = self.credential(id)?.id;
        let now = self.now;
        let credential = self.credentials.get_mut(&id).ok_or_else(Refusal::not_found)?;
        credential.update(body, now);
        Ok(Reply::data(credential.json(now)).into())
    }

    pub(super) fn delete_credential(&mut self, id: &str) -> Answer {
        let id = self.credential(id)?.id;
        let credential = self.credentials.remove(&id).ok_or_else(Refusal::not_found)?;
        Ok(Reply::data(credential.json(self.now)).into())
    }

    /// A token of the right form. Nothing in the simulator speaks WebRTC, so nothing verifies it.
    pub(super) fn post_token(&self, id: &str) -> Answer {
        let credential = self.credential(id)?;
        let issued = self.now.timestamp();
        let claims = json!({
            "aud": "telnyx_telephony",
            "iss": "telnyx_telephony",
            "sub": credential.id,
            "sip_username": credential.sip_username,
            "iat": issued,
            "exp": issued + 24 * 3_600,
        });
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let header = json!({ "alg": "HS512", "typ": "JWT" });
        let token = format!("{}.{}.simulated", part(&header), part(&claims));
        Ok(Reply::text(201, token).into())
    }

    fn credential(&self, id: &str) -> Result<&Credential, Refusal> {
        let id = id.parse().ok();
        id.and_then(|id| self.credentials.get(&id)).ok_or_else(Refusal::not_found)
    }
}

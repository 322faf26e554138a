//! `POST /emails` and `POST /emails/batch`.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Letter, Refusal};
use crate::api::{Request, Served};
use crate::email::{Draft, Quirk};
use crate::reply::Reply;
use crate::world::World;

const LARGEST_BATCH: usize = 100;

const LONGEST_KEY: usize = 256;

impl World {
    pub(super) fn post_email(&mut self, request: &Request) -> Answer {
        self.mail_once(request, |world| {
            let letter = Letter::parse(json(request)?)?;
            let (ids, hangs) = world.send_letters(request, vec![letter])?;
            let served = Served::from(Reply::json(200, json!({ "id": ids.first() })));
            Ok(if hangs { served.hanging() } else { served })
        })
    }

    /// All or none, unless the header allows some.
    pub(super) fn post_batch(&mut self, request: &Request) -> Answer {
        self.mail_once(request, |world| {
            let permissive = request.batch_validation.as_deref() == Some("permissive");
            let (letters, errors) = batch(json(request)?, permissive)?;
            let (ids, hangs) = world.send_letters(request, letters)?;
            let sent: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
            let mut body = json!({ "data": sent });
            if permissive {
                body["errors"] = errors.into();
            }
            let served = Served::from(Reply::json(200, body));
            Ok(if hangs { served.hanging() } else { served })
        })
    }

    fn mail_once(&mut self, request: &Request, act: impl FnOnce(&mut Self) -> Answer) -> Answer {
        let key = request.idempotency_key.as_ref();
        if key.is_some_and(|key| !(1..=LONGEST_KEY).contains(&key.len())) {
            return Err(Refusal::bad_key());
        }
        let act = |world: &mut Self| act(world).unwrap_or_else(Served::from);
        Ok(self.once(request.scoped_key(), &request.body, act)?)
    }

    /// Sends all of them unless an address asks for trouble; whether the reply hangs.
    fn send_letters(&mut self, request: &Request, letters: Vec<Letter>) -> Result<(Vec<Uuid>, bool), Refusal> {
        let drafts: Vec<Draft> = letters.into_iter().map(|letter| self.draft_email(letter)).collect();
        let asks = |quirk| drafts.iter().any(|draft| draft.magic.quirk == quirk && draft.first);
        if asks(Quirk::BreaksOnce) {
            return Err(Refusal::broken());
        }
        if asks(Quirk::ThrottledOnce) {
            return Err(Refusal::too_fast());
        }
        let hangs = drafts.iter().any(|draft| draft.magic.quirk == Quirk::Hangs);
        let key = &request.idempotency_key;
        let send = |(place, draft)| self.submit_email(draft, key.clone(), place);
        Ok((drafts.into_iter().enumerate().map(send).collect(), hangs))
    }
}

fn json(request: &Request) -> Result<Value, Refusal> {
    serde_json::from_slice(&request.body).map_err(Refusal::malformed)
}

/// The letters to send, and what is wrong with the others.
fn batch(body: Value, permissive: bool) -> Result<(Vec<Letter>, Vec<Value>), Refusal> {
    let Value::Array(items) = body else {
        return Err(Refusal::malformed("A batch is an array."));
    };
    if items.len() > LARGEST_BATCH {
        return Err(Refusal::malformed("A batch has at most 100 emails."));
    }
    let (mut letters, mut errors) = (Vec::new(), Vec::new());
    for (index, item) in items.into_iter().enumerate() {
        match Letter::parse_batched(item) {
            Ok(letter) => letters.push(letter),
            Err(refusal) if permissive => errors.push(json!({ "index": index, "message": refusal.message })),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok((letters, errors))
}

//! `Idempotency-Key`: a request carried out once, and answered alike for a day.

use std::collections::{HashMap, HashSet, VecDeque};

use axum::body::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

use crate::api::Served;
use crate::reply::Reply;
use crate::world::World;

/// "Replayed for up to 24 hours."
const KEPT: TimeDelta = TimeDelta::hours(24);

#[derive(Debug, Default)]
pub(crate) struct Keys {
    kept: HashMap<String, Kept>,
    oldest_first: VecDeque<String>,
    under_way: HashSet<String>,
}

#[derive(Debug)]
struct Kept {
    at: DateTime<Utc>,
    body: Bytes,
    reply: Reply,
}

/// Why a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clash {
    /// It has been used for another body.
    OtherBody,
    /// Its first request has not been answered yet.
    UnderWay,
}

impl World {
    /// Carries a request out unless it has been, under this key and within the day.
    pub(crate) fn once(
        &mut self,
        key: Option<String>,
        body: &Bytes,
        act: impl FnOnce(&mut Self) -> Served,
    ) -> Result<Served, Clash> {
        let Some(key) = key else {
            return Ok(act(self));
        };
        if let Some(reply) = self.keys.recall(&key, body, self.now)? {
            return Ok(Served { replayed: true, ..Served::from(reply) });
        }
        self.keys.under_way.insert(key.clone());
        let served = act(self);
        // What failed may be tried again under the same key.
        if served.reply.is_success() {
            self.keys.keep(&key, body, self.now, &served.reply);
        }
        Ok(Served { key: Some(key), ..served })
    }
}

impl Keys {
    /// The reply has left, or its client has.
    pub(crate) fn finish(&mut self, key: &str) {
        self.under_way.remove(key);
    }

    fn recall(&self, key: &str, body: &Bytes, now: DateTime<Utc>) -> Result<Option<Reply>, Clash> {
        if self.under_way.contains(key) {
            return Err(Clash::UnderWay);
        }
        match self.kept.get(key).filter(|kept| now - kept.at < KEPT) {
            Some(kept) if kept.body != *body => Err(Clash::OtherBody),
            kept => Ok(kept.map(|kept| kept.reply.clone())),
        }
    }

    fn keep(&mut self, key: &str, body: &Bytes, now: DateTime<Utc>, reply: &Reply) {
        self.forget_old(now);
        self.kept.insert(key.to_owned(), Kept { at: now, body: body.clone(), reply: reply.clone() });
        self.oldest_first.push_back(key.to_owned());
    }

    fn forget_old(&mut self, now: DateTime<Utc>) {
        while let Some(key) = self.oldest_first.front() {
            match self.kept.get(key) {
                Some(kept) if now - kept.at < KEPT => return,
                _ => self.kept.remove(key),
            };
            self.oldest_first.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_remembered_for_a_day_and_for_one_body() {
        let (mut keys, start) = (Keys::default(), DateTime::UNIX_EPOCH);
        let (body, other) = (Bytes::from_static(b"a"), Bytes::from_static(b"b"));
        keys.keep("k", &body, start, &Reply::ok());
        let almost = start + TimeDelta::hours(24) - TimeDelta::seconds(1);
        assert_eq!(keys.recall("k", &body, almost), Ok(Some(Reply::ok())));
        assert_eq!(keys.recall("k", &other, almost), Err(Clash::OtherBody));
        assert_eq!(keys.recall("k", &other, start + TimeDelta::hours(24)), Ok(None));
    }

    #[test]
    fn a_key_under_way_is_refused_until_it_is_finished() {
        let mut keys = Keys::default();
        keys.under_way.insert("k".to_owned());
        let recall = |keys: &Keys| keys.recall("k", &Bytes::new(), DateTime::UNIX_EPOCH);
        assert_eq!(recall(&keys), Err(Clash::UnderWay));
        keys.finish("k");
        assert_eq!(recall(&keys), Ok(None));
    }
}

//! How often each address has been written to, and each key has made somebody do so.

use std::collections::HashMap;

#[derive(Debug, Default)]
pub(crate) struct Sends {
    per_address: HashMap<String, u64>,
    per_key: HashMap<String, u32>,
}

impl Sends {
    /// How often somebody has tried an address before, counting this time in.
    pub(crate) fn times(&mut self, address: &str) -> u64 {
        let times = self.per_address.entry(address.to_owned()).or_default();
        *times += 1;
        *times
    }

    /// Counts a message or an email that a key has sent; the place is that within a batch.
    pub(crate) fn count(&mut self, kind: &str, key: Option<&str>, place: usize) {
        if let Some(key) = key {
            *self.per_key.entry(format!("{kind} {key}/{place}")).or_default() += 1;
        }
    }

    /// Keys, with their kind and the place in their batch, that sent more than once.
    pub(crate) fn doubled(&self) -> Vec<&str> {
        let more = self.per_key.iter().filter(|(_, sent)| **sent > 1);
        more.map(|(key, _)| key.as_str()).collect()
    }
}

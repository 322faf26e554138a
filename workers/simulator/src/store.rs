//! Things the carrier remembers by id, up to a bound: the oldest go first.

use std::collections::{HashMap, VecDeque};

use uuid::Uuid;

/// How many are kept for reading.
const MOST: usize = 50_000;

#[derive(Debug)]
pub(crate) struct Store<T> {
    by_id: HashMap<Uuid, T>,
    oldest_first: VecDeque<Uuid>,
}

impl<T> Store<T> {
    pub(crate) fn add(&mut self, id: Uuid, item: T) {
        self.by_id.insert(id, item);
        self.oldest_first.push_back(id);
        if self.oldest_first.len() > MOST {
            let oldest = self.oldest_first.pop_front();
            oldest.map(|id| self.by_id.remove(&id));
        }
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&T> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: Uuid) -> Option<&mut T> {
        self.by_id.get_mut(&id)
    }
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { by_id: HashMap::new(), oldest_first: VecDeque::new() }
    }
}

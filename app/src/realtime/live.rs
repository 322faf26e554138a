//! Live pages: each (organisation, role, page, parameters) is rendered by one task, however many look at it.
//!
//! A task starts with the first reader and ends after the last. A burst of events is one rendering: the first shows
//! at once, the next at most four times a second. A reader that is slow skips versions and never falls behind.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{StreamExt, future::BoxFuture, stream::SelectAll};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use tokio_stream::wrappers::BroadcastStream;
use workflows::id::OrgId;

use super::Realtime;
use crate::problem::Problem;

/// At most four renderings a second.
const SPACING: Duration = Duration::from_millis(250);

/// The fragments of a page, as HTML; none before the first rendering.
pub(super) type Html = Option<Arc<str>>;
type Readers = Arc<Mutex<HashMap<String, watch::Sender<Html>>>>;
type Render = Arc<dyn Fn() -> BoxFuture<'static, Result<String, Problem>> + Send + Sync>;

/// What a live page is made of.
#[derive(Clone)]
pub struct Source {
    pub org: OrgId,
    /// Organisation, role, page and parameters: whoever has the same sees the same.
    pub key: String,
    pub topics: Vec<String>,
    /// Rendered anew after this long even if nothing was told.
    pub every: Duration,
    pub render: Render,
}

/// The pages somebody looks at.
#[derive(Clone, Default)]
pub struct Live {
    readers: Readers,
}

impl Live {
    /// Looks at a page: what is known of it now, and every change.
    pub fn look(&self, realtime: &Realtime, source: Source) -> watch::Receiver<Html> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = readers.get(&source.key) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(None);
        readers.insert(source.key.clone(), sender);
        let events = subscribe(realtime, &source);
        tokio::spawn(produce(self.readers.clone(), source, events));
        receiver
    }
}

type Events = SelectAll<Pin<Box<dyn futures::Stream<Item = ()> + Send>>>;

fn subscribe(realtime: &Realtime, source: &Source) -> Events {
    let topics = source.topics.iter().map(|topic| realtime.subscribe(source.org, topic));
    // A lag is as good as an event: look anew.
    topics.map(|receiver| BroadcastStream::new(receiver).map(|_| ()).boxed()).collect()
}

async fn produce(readers: Readers, source: Source, mut events: Events) {
    let mut shown: Option<Arc<str>> = None;
    loop {
        let next = Instant::now() + SPACING;
        match (source.render)().await {
            Ok(html) if shown.as_deref() != Some(html.as_str()) => {
                shown = Some(html.into());
                tell(&readers, &source.key, shown.clone());
            }
            Ok(_) => {}
            // Already logged where it happened; the page keeps what it has.
            Err(_) => tokio::time::sleep(SPACING).await,
        }
        let _ = timeout(source.every, wait(&mut events)).await;
        sleep_until(next).await;
        while futures::poll!(events.next()).is_ready() && !events.is_empty() {}
        if unread(&readers, &source.key) {
            return;
        }
    }
}

/// Waits for an event; with no topics, for ever.
async fn wait(events: &mut Events) {
    if events.next().await.is_none() {
        std::future::pending::<()>().await;
    }
}

fn tell(readers: &Readers, key: &str, html: Html) {
    let readers = readers.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = readers.get(key) {
        sender.send_replace(html);
    }
}

/// Takes the page out if nobody looks any more; decided under the lock, so that nobody can come in between.
fn unread(readers: &Readers, key: &str) -> bool {
    let mut readers = readers.lock().unwrap_or_else(PoisonError::into_inner);
    let unread = readers.get(key).is_none_or(|sender| sender.receiver_count() == 0);
    if unread {
        readers.remove(key);
    }
    unread
}

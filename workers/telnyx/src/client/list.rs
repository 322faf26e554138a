//! Lists, page by page, to the end.
//!
//! A list is complete or it is no answer: that a call is missing from half a list does not prove that it was never dialed.

use reqwest::Method;
use serde::de::DeserializeOwned;

use super::{Client, exchange};
use crate::outcome::{Doubt, Outcome};
use crate::wire::reply::{Page, PageMeta};

/// The most that the carrier gives at once.
const PAGE: &str = "250";
/// A list longer than this is not followed: fifty thousand rows.
const LONGEST: usize = 200;

/// How a list is cut: the endpoints differ.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paging {
    Cursor,
    Number,
}

/// What comes after a page.
enum Next {
    Page(String),
    End,
    /// There is more, and no way to it.
    Lost,
}

impl Client {
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        name: &'static str,
        path: &[&str],
        filter: &[(&str, String)],
        paging: Paging,
    ) -> Outcome<Vec<T>> {
        let mut rows = Vec::new();
        let mut place = None;
        for _ in 0..LONGEST {
            let query = paging.query(place.as_deref());
            let page: Page<T> = match self.page(name, path, filter, &query).await {
                Outcome::Accepted(page) => page,
                other => return other.map(|_| Vec::new()),
            };
            let fresh = !page.data.is_empty();
            rows.extend(page.data);
            match paging.next(&page.meta, place.as_deref(), rows.len() as u64) {
                Next::Page(next) if fresh && place.as_ref() != Some(&next) => place = Some(next),
                Next::Lost => break,
                _ => return Outcome::Accepted(rows),
            }
        }
        Outcome::Unknown(Doubt::Unfinished)
    }

    async fn page<T: DeserializeOwned>(
        &self,
        name: &'static str,
        path: &[&str],
        filter: &[(&str, String)],
        query: &[(&str, &str)],
    ) -> Outcome<Page<T>> {
        let mut url = self.url(path);
        url.query_pairs_mut().extend_pairs(filter).extend_pairs(query);
        let outcome = exchange::send(name, self.http.request(Method::GET, url)).await;
        outcome.and_then(|body| match serde_json::from_slice(&body) {
            Ok(page) => Outcome::Accepted(page),
            Err(_) => Outcome::Unknown(Doubt::Unreadable),
        })
    }
}

impl Paging {
    fn query(self, place: Option<&str>) -> Vec<(&'static str, &str)> {
        let (size, key) = match self {
            Self::Cursor => ("page[limit]", "page[after]"),
            Self::Number => ("page[size]", "page[number]"),
        };
        [Some((size, PAGE)), place.map(|place| (key, place))].into_iter().flatten().collect()
    }

    fn next(self, meta: &PageMeta, place: Option<&str>, seen: u64) -> Next {
        let next = match self {
            Self::Cursor => meta.cursors.as_ref().and_then(|cursors| cursors.after.clone()),
            Self::Number => {
                let number: u64 = place.and_then(|place| place.parse().ok()).unwrap_or(1);
                meta.total_pages.filter(|total| number < *total).map(|_| (number + 1).to_string())
            }
        };
        let total = meta.total_items.or(meta.total_results);
        match next {
            Some(place) => Next::Page(place),
            None if total.is_some_and(|total| total > seen) => Next::Lost,
            None => Next::End,
        }
    }
}

//! Lists a page at a time: by number, or by a cursor.

use std::collections::HashMap;

use serde_json::{Value, json};

const SIZE: usize = 20;
const LARGEST: usize = 250;

/// `page[number]` and `page[size]`. Only what is on the page is made into JSON.
pub(super) fn numbered<T>(all: &[T], query: &HashMap<String, String>, json: impl Fn(&T) -> Value) -> Value {
    let size = size(query, "page[size]");
    let number = positive(query, "page[number]").unwrap_or(1);
    let start = (number - 1).saturating_mul(size);
    let items: Vec<Value> = all.iter().skip(start).take(size).map(json).collect();
    json!({
        "data": items,
        "meta": {
            "page_number": number,
            "page_size": size,
            "total_pages": all.len().div_ceil(size),
            "total_results": all.len(),
        },
    })
}

/// `page[limit]` and `page[after]`; the cursor is the place of the last item seen.
pub(super) fn after_cursor<T>(all: &[T], query: &HashMap<String, String>, json: impl Fn(&T) -> Value) -> Value {
    let limit = size(query, "page[limit]");
    let from = positive(query, "page[after]").unwrap_or(0);
    let items: Vec<Value> = all.iter().skip(from).take(limit).map(json).collect();
    let end = from + items.len();
    let mut cursors = json!({});
    if end < all.len() {
        cursors["after"] = end.to_string().into();
    }
    json!({
        "data": items,
        "meta": { "total_items": all.len(), "cursors": cursors },
    })
}

fn size(query: &HashMap<String, String>, name: &str) -> usize {
    positive(query, name).unwrap_or(SIZE).min(LARGEST)
}

fn positive(query: &HashMap<String, String>, name: &str) -> Option<usize> {
    query.get(name)?.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_walks_through_everything_once() {
        let all: Vec<Value> = (0..45).map(Value::from).collect();
        let mut query = HashMap::new();
        let mut seen = Vec::new();
        loop {
            let page = after_cursor(&all, &query, Value::clone);
            seen.extend(page["data"].as_array().unwrap().clone());
            let Some(next) = page["meta"]["cursors"]["after"].as_str() else {
                break;
            };
            query.insert("page[after]".to_owned(), next.to_owned());
        }
        assert_eq!(seen, all);
    }
}

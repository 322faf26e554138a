//! What kind of trouble the database made, for counting.

/// Every [`class`].
pub const CLASSES: [&str; 13] = [
    "client",
    "connection",
    "constraint",
    "deadlock",
    "lease_lost",
    "lock_timeout",
    "other",
    "pool",
    "read_only",
    "resources",
    "serialization",
    "statement",
    "statement_timeout",
];

/// Postgres's class of an error, in a word; few of them, whatever happens.
#[must_use]
pub fn class(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => "pool",
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => "connection",
        sqlx::Error::Database(database) => database.code().map_or("other", |code| of_code(&code)),
        _ => "client",
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn of_code(code: &str) -> &'static str {
    match (code, code.get(..2)) {
        ("57014", _) => "statement_timeout",
        ("55P03", _) => "lock_timeout",
        ("40P01", _) => "deadlock",
        ("25006", _) => "read_only",
        ("WL001", _) => "lease_lost",
        (_, Some("08" | "57")) => "connection",
        (_, Some("23")) => "constraint",
        (_, Some("40")) => "serialization",
        (_, Some("53" | "58" | "XX")) => "resources",
        (_, Some("42" | "28")) => "statement",
        _ => "other",
    }
}

/// Counts it.
pub fn count(error: &sqlx::Error) {
    metrics::counter!("wib_database_errors_total", "class" => class(error)).increment(1);
}

//! `summary.html`: the export as a person reads it, printable, without a script.

use std::io::Write;

use futures::TryStreamExt;
use serde_json::Value;

use super::{Error, Manifest, Scope, table::Table};
use crate::{cell, db::Tx, id::OrgId};

const STYLE: &str = "body{font:14px/1.45 sans-serif;margin:2rem;color:#111}table{border-collapse:collapse;width:100%;margin:0 0 2rem}\
    th,td{border-bottom:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}\
    dt{float:left;clear:left;width:12rem;color:#555}@media print{body{margin:0}tr{break-inside:avoid}}";

/// The sections: a table, its title, and which columns a person needs.
const SECTIONS: [(Table, &str, &[&str]); 4] = [
    (
        Table::Contacts,
        "Contacts and refusals",
        &["at", "channel", "direction", "to", "state", "result", "disposition", "verdict"],
    ),
    (
        Table::Suppressions,
        "Opt-outs and suppressions",
        &["effective_at", "kind", "channel", "value", "source", "lifted_at"],
    ),
    (Table::Consents, "Consents", &["at", "kind", "granted", "scope", "source", "expires_at"]),
    (Table::Disclosures, "Disclosures", &["said_at", "kind", "how", "call_id"]),
];

pub(super) async fn write<W: Write + Send>(
    out: &mut W,
    tx: &mut Tx,
    org: OrgId,
    manifest: &Manifest,
    about: &str,
) -> Result<(), Error> {
    head(out, manifest, about)?;
    for (table, title, columns) in SECTIONS {
        section(out, tx, (org, manifest.scope), table, (title, columns)).await?;
    }
    out.write_all(b"</body></html>\n")?;
    Ok(())
}

fn head(out: &mut impl Write, manifest: &Manifest, about: &str) -> Result<(), Error> {
    let scope = match manifest.scope {
        Scope::Account { .. } => format!("Account {about}"),
        Scope::Campaign { .. } => format!("Campaign {about}"),
        Scope::Period { from, to } => format!("{} to {}", from.to_rfc3339(), to.to_rfc3339()),
    };
    write!(
        out,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Evidence: {scope}</title><style>{STYLE}</style></head>\
         <body><h1>Evidence: {scope}</h1><dl><dt>Organisation</dt><dd>{}</dd><dt>Requested by</dt><dd>{}, {}</dd>\
         <dt>Made</dt><dd>{}</dd><dt>Rules</dt><dd>{}</dd><dt>Signed with</dt><dd>{}</dd></dl>\
         <p>Times are in UTC. Every verdict with its inputs is in decisions.jsonl; how to verify this file is in manifest.json's \
         format, \u{201c}{}\u{201d}.</p>",
        escaped(&manifest.org_name),
        escaped(&manifest.requested_by),
        manifest.requested_at.to_rfc3339(),
        manifest.made_at.to_rfc3339(),
        escaped(&manifest.rules_version),
        escaped(&manifest.public_key),
        manifest.format,
        scope = escaped(&scope),
    )?;
    Ok(())
}

async fn section<W: Write + Send>(
    out: &mut W,
    tx: &mut Tx,
    (org, scope): (OrgId, Scope),
    table: Table,
    (title, columns): (&str, &[&str]),
) -> Result<(), Error> {
    let heads: String = columns.iter().map(|name| format!("<th>{}</th>", name.replace('_', " "))).collect();
    let why = if table == Table::Contacts { "<th>why</th>" } else { "" };
    write!(out, "<h2>{title}</h2><table><thead><tr>{heads}{why}</tr></thead><tbody>")?;
    let mut rows = table.rows(tx, org, scope);
    let mut none = true;
    while let Some(row) = rows.try_next().await? {
        let row: Value = serde_json::from_str(&row)?;
        let cells: String = columns.iter().map(|name| format!("<td>{}</td>", shown(&row[*name]))).collect();
        let why = if table == Table::Contacts { format!("<td>{}</td>", reasons(&row)) } else { String::new() };
        write!(out, "<tr>{cells}{why}</tr>")?;
        none = false;
    }
    out.write_all(if none { b"</tbody></table><p>None.</p>" } else { b"</tbody></table>" })?;
    Ok(())
}

/// Each reason in its sentence, with its citation.
fn reasons(row: &Value) -> String {
    let all = row["reasons"].as_array().into_iter().flatten();
    let one = |reason: &Value| format!("{} <small>{}</small>", shown(&reason["sentence"]), shown(&reason["citation"]));
    all.map(one).collect::<Vec<_>>().join("<br>")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => escaped(text),
        other => escaped(&cell::text(Some(other))),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

//! What an e-mail's HTML is made of: nothing that runs, and a footer that ends it.

use ammonia::Builder;

/// How the footer begins.
const FOOTER: &str = "You get this e-mail about an account placed with us.";

/// A plain e-mail without its footer, for whoever reads a conversation.
pub(super) fn without_footer(text: &str) -> &str {
    text.split_once(FOOTER).map_or(text, |(said, _)| said.trim_end())
}

/// What a person typed, as paragraphs; merge fields stay what they are.
pub(super) fn paragraphs(typed: &str) -> String {
    let escaped = typed.trim().replace("\r\n", "\n").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs = escaped.split("\n\n").filter(|text| !text.trim().is_empty());
    paragraphs.map(|text| format!("<p>{}</p>", text.trim().replace('\n', "<br>"))).collect()
}

/// Sanitises, and adds the way out.
pub(super) fn finish(html: &str, unsubscribe_url: &str) -> String {
    let clean = ammonia::clean(html);
    let url = unsubscribe_url.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "{clean}\n<p style=\"font-size:12px;color:#555\">{FOOTER} \
         <a href=\"{url}\">Unsubscribe</a> and we will not e-mail you again.</p>"
    )
}

/// The same to be read without a browser: links keep their address.
pub(super) fn plain(html: &str) -> String {
    let spaced = ["<br>", "<br />", "</p>", "</div>", "</li>", "</tr>", "</h1>", "</h2>", "</h3>"]
        .iter()
        .fold(html.to_owned(), |text, tag| text.replace(tag, &format!("{tag}\n")));
    let bare = Builder::empty().clean(&with_addresses(&spaced)).to_string();
    let text = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .iter()
        .fold(bare, |text, (entity, character)| text.replace(entity, character));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n").replace("\n\n\n", "\n\n").trim().to_owned()
}

/// `<a href="x">pay</a>` reads "pay (x)".
fn with_addresses(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut pieces = html.split("<a ");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let href = piece.split_once("href=\"").and_then(|(_, rest)| rest.split('"').next());
        match (href, piece.split_once("</a>")) {
            (Some(href), Some((link, after))) => {
                let words = link.split_once('>').map_or("", |(_, words)| words);
                out.push_str(&format!("{words} ({href}){after}"));
            }
            _ => out.push_str(piece),
        }
    }
    out
}

//! Addresses as they are written, and the part of them that chooses a fate.

/// The mailbox in `name@example.com` or `Name <name@example.com>`.
pub(crate) fn mailbox(address: &str) -> Option<&str> {
    let address = address.trim();
    let mailbox = match address.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => address,
    };
    let (local, domain) = mailbox.split_once('@')?;
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@<>,;".contains(c));
    (plain(local) && plain(domain) && domain.contains('.') && !domain.starts_with('.')).then_some(mailbox)
}

/// The local part without its label.
pub(super) fn local_part(mailbox: &str) -> &str {
    let local = mailbox.split_once('@').map_or(mailbox, |(local, _)| local);
    local.split_once('+').map_or(local, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_bare_one("a@example.com", Some("a@example.com"))]
    #[case::one_with_a_name("A Name <a@example.com>", Some("a@example.com"))]
    #[case::no_domain("a@", None)]
    #[case::no_dot("a@example", None)]
    #[case::no_at("example.com", None)]
    #[case::two("a@example.com, b@example.com", None)]
    #[case::half_a_bracket("A <a@example.com", None)]
    fn a_mailbox_is_found(#[case] address: &str, #[case] expected: Option<&str>) {
        assert_eq!(mailbox(address), expected);
    }

    #[test]
    fn a_label_is_ignored() {
        assert_eq!(local_part("bounced+label@example.com"), "bounced");
    }
}

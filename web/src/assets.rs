//! Style sheets, scripts and fonts, embedded below one content-hashed prefix: `/assets/<hash of all files>/<name>`.
//!
//! Relative module imports and `url()` therefore keep working without a bundler or an import map, and everything may be cached
//! for ever.

use rust_embed::{EmbeddedFile, RustEmbed};
use std::{borrow::Cow, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Own;

#[derive(RustEmbed)]
#[folder = "vendor/"]
#[prefix = "vendor/"]
struct Vendor;

/// One file ready to be served.
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: String,
    /// May it be cached for ever? Only below the current hash, and not where files are still being edited.
    pub immutable: bool,
}

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Own::iter().chain(Vendor::iter()).collect();
    names.sort();
    let mut sum = [0u8; 32];
    for file in names.iter().filter_map(|name| file(name)) {
        let hash = file.metadata.sha256_hash();
        sum.iter_mut().zip(hash).for_each(|(s, h)| *s = s.rotate_left(1) ^ h);
    }
    sum[..8].iter().map(|b| format!("{b:02x}")).collect()
});

fn file(name: &str) -> Option<EmbeddedFile> {
    Own::get(name).or_else(|| Vendor::get(name))
}

/// The address of a file.
pub fn url(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// The file behind `/assets/{version}/{name}`. An old version gets the present file, uncached.
pub fn get(version: &str, name: &str) -> Option<Asset> {
    let file = file(name)?;
    Some(Asset {
        content_type: file.metadata.mimetype().to_owned(),
        immutable: version == *VERSION && !cfg!(debug_assertions),
        bytes: file.data,
    })
}

/// Every file name, for tests and for writing the assets to a folder.
pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    Own::iter().chain(Vendor::iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_and_import_named_by_our_files_is_there() {
        for name in [
            "css/tokens.css",
            "js/app.js",
            "vendor/idiomorph/idiomorph.esm.js",
            "vendor/geist/latin.woff2",
            "vendor/geist-mono/latin-ext.woff2",
        ] {
            assert!(get("any", name).is_some(), "{name} is missing");
        }
    }

    #[test]
    fn scripts_have_a_script_type() {
        let script = get("any", "js/live.js").expect("embedded");
        assert_eq!(script.content_type, "text/javascript");
    }
}

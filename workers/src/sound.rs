//! A sound as it comes from the carrier: put on disk piece by piece, hashed on the way, and looked at whether it is one.

use std::{
    fs::File,
    io::{self, Seek, Write},
};

use sha2::{Digest, Sha256};

/// The largest sound that is fetched: four hours, the longest call the carrier allows, in its better format are less.
pub(crate) const LARGEST: u64 = 512 * 1024 * 1024;
/// So many of the first bytes tell what a file is.
const HEAD: usize = 12;

/// A file without a name, which is gone with the process that writes it.
pub(crate) struct Incoming {
    file: File,
    size: u64,
    sum: Sha256,
    head: Vec<u8>,
}

/// One that has come whole.
pub(crate) struct Whole {
    pub(crate) file: File,
    pub(crate) size: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) media_type: &'static str,
}

/// Why a file is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("what came is no sound")]
    NoSound,
    #[error("the file could not be read again")]
    Io(#[from] io::Error),
}

impl Incoming {
    /// # Errors
    /// When there is no room.
    pub(crate) fn begin() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, size: 0, sum: Sha256::new(), head: Vec::with_capacity(HEAD) })
    }

    /// # Errors
    /// When there is no room.
    pub(crate) fn take(&mut self, piece: &[u8]) -> io::Result<()> {
        let missing = HEAD - self.head.len();
        self.head.extend_from_slice(&piece[..missing.min(piece.len())]);
        self.sum.update(piece);
        self.size += piece.len() as u64;
        self.file.write_all(piece)
    }

    /// # Errors
    /// [`Unfit::NoSound`] for a page of words, an empty file, or anything else that no player plays.
    pub(crate) fn finish(mut self) -> Result<Whole, Unfit> {
        let media_type = media_type(&self.head).ok_or(Unfit::NoSound)?;
        self.file.rewind()?;
        Ok(Whole { file: self.file, size: self.size, sha256: self.sum.finalize().into(), media_type })
    }
}

/// What a file is by its first bytes: what its server calls it is not believed.
fn media_type(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
        // With a tag, or a bare frame of layer III: text in UTF-16 begins with what another layer's frame would.
        [b'I', b'D', b'3', ..] => Some("audio/mpeg"),
        [0xff, second, ..] if second & 0xe6 == 0xe2 => Some("audio/mpeg"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_wave_file(b"RIFF\x24\0\0\0WAVEfmt ", Some("audio/wav"))]
    #[case::an_mp3_with_a_tag(b"ID3\x04\0\0\0\0\0\0\0\0", Some("audio/mpeg"))]
    #[case::a_bare_mp3_frame(&[0xff, 0xfb, 0x90, 0x64], Some("audio/mpeg"))]
    #[case::a_page(b"<!DOCTYPE html><html>", None)]
    #[case::an_error_in_xml(b"<?xml version=\"1.0\"?><Error>", None)]
    #[case::a_page_in_utf_16(&[0xff, 0xfe, b'<', 0], None)]
    #[case::a_picture(b"RIFF\x24\0\0\0WEBPVP8 ", None)]
    #[case::nothing(b"", None)]
    #[case::half_a_head(b"RIF", None)]
    fn a_sound_is_told_by_its_first_bytes(#[case] bytes: &[u8], #[case] is: Option<&str>) {
        let mut incoming = Incoming::begin().unwrap();
        incoming.take(bytes).unwrap();
        assert_eq!(incoming.finish().ok().map(|whole| whole.media_type), is);
    }

    #[test]
    fn pieces_of_any_size_are_one_file_with_its_hash() {
        let bytes: Vec<u8> = b"RIFF\x24\0\0\0WAVEfmt ".iter().copied().chain((0..70_000).map(|n| n as u8)).collect();
        let mut incoming = Incoming::begin().unwrap();
        for piece in bytes.chunks(7) {
            incoming.take(piece).unwrap();
        }
        let mut whole = incoming.finish().unwrap();
        let mut again = Vec::new();
        whole.file.read_to_end(&mut again).unwrap();
        assert_eq!((whole.size, &again), (bytes.len() as u64, &bytes));
        assert_eq!(whole.sha256[..], Sha256::digest(&bytes)[..]);
    }
}

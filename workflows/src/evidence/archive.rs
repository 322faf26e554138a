//! Writes the ZIP: each file hashed as it goes in, then the manifest, its signature, and the seal over everything.

use std::{
    io::{self, Read, Seek, SeekFrom, Write},
    mem,
};

use sha2::{Digest, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::{
    Error, Listed, Manifest,
    manifest::{MANIFEST, Part, SIGNATURE, digest},
};
use crate::audit::Signer;

/// The seal: a signature in hexadecimal, the archive's comment.
pub(super) const SEAL: u16 = 128;

/// An archive that is being written.
pub(super) struct Archive<F: Write + Seek> {
    zip: ZipWriter<F>,
    files: Vec<Listed>,
    open: Option<Open>,
}

struct Open {
    name: String,
    size: u64,
    sum: Sha256,
}

impl<F: Read + Write + Seek> Archive<F> {
    pub(super) fn new(file: F) -> Self {
        Self { zip: ZipWriter::new(file), files: Vec::new(), open: None }
    }

    /// Ends the file before and begins this one.
    pub(super) fn begin(&mut self, name: &str) -> Result<(), Error> {
        self.end();
        self.zip.start_file(name, options(CompressionMethod::Deflated))?;
        self.open = Some(Open { name: name.to_owned(), size: 0, sum: Sha256::new() });
        Ok(())
    }

    fn end(&mut self) {
        if let Some(Open { name, size, sum }) = self.open.take() {
            self.files.push(Listed { name, size, sha256: digest(sum) });
        }
    }

    /// Writes the rest and hands the file back, sealed.
    pub(super) fn finish(mut self, mut manifest: Manifest, signer: &Signer) -> Result<F, Error> {
        self.end();
        manifest.files = mem::take(&mut self.files);
        let bytes = serde_json::to_vec_pretty(&manifest)?;
        let signature = manifest.sign(signer, Part::Manifest, digest(Sha256::new().chain_update(&bytes)));
        self.plain(MANIFEST, &bytes)?;
        self.plain(SIGNATURE, signature.to_string().as_bytes())?;
        let mut file = self.zip.finish()?;
        seal(&mut file, &manifest, signer)?;
        Ok(file)
    }

    fn plain(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.zip.start_file(name, options(CompressionMethod::Stored))?;
        Ok(self.zip.write_all(bytes)?)
    }
}

/// The same content gives the same archive: no file has a time of its own.
fn options(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(true)
}

/// Says in the end record that a comment follows, and signs everything before the comment.
fn seal<F: Read + Write + Seek>(file: &mut F, manifest: &Manifest, signer: &Signer) -> Result<(), Error> {
    file.seek(SeekFrom::End(-2))?;
    file.write_all(&SEAL.to_le_bytes())?;
    let end = file.stream_position()?;
    let signature = manifest.sign(signer, Part::Archive, digest(sum_of(file, end)?));
    file.seek(SeekFrom::Start(end))?;
    file.write_all(signature.to_string().as_bytes())?;
    file.rewind()?;
    Ok(())
}

/// Of the first so many bytes.
pub(super) fn sum_of<F: Read + Seek>(file: &mut F, end: u64) -> io::Result<Sha256> {
    file.rewind()?;
    let (mut sum, mut buffer, mut left) = (Sha256::new(), vec![0; 64 * 1024], file.take(end));
    loop {
        match left.read(&mut buffer)? {
            0 => return Ok(sum),
            n => sum.update(&buffer[..n]),
        }
    }
}

impl<F: Write + Seek> Write for Archive<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let open = self.open.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let n = self.zip.write(bytes)?;
        open.size += n as u64;
        open.sum.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

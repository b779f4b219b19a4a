//! Files as they are read: packed with gzip or not, `-` for standard input; and their digests.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::OnceLock;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::Error;

/// The first bytes of a file that is packed with gzip, whatever its name.
pub(crate) const GZIP: [u8; 2] = [0x1F, 0x8B];

/// The name of standard input.
const STDIN: &str = "-";

/// Opens a file, unpacked.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Error> {
    let mut file = BufReader::new(raw(path)?);
    let packed = file.fill_buf().map_err(|error| Error::io(path, None, &error))?.starts_with(&GZIP);
    let input: Box<dyn Read + Send> = if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(Box::new(BufReader::with_capacity(1 << 16, input)))
}

/// A file in its place. Standard input is copied to a nameless file first, since several readers read it one after
/// another.
fn raw(path: &Path) -> Result<File, Error> {
    let at = |error: io::Error| Error::io(path, None, &error);
    if path != Path::new(STDIN) {
        return File::open(path).map_err(at);
    }
    static SPOOLED: OnceLock<io::Result<File>> = OnceLock::new();
    let spooled = SPOOLED.get_or_init(|| {
        let mut file = tempfile::tempfile()?;
        io::copy(&mut io::stdin().lock(), &mut file)?;
        Ok(file)
    });
    let file = spooled.as_ref().map_err(|error| Error::io(path, None, error))?;
    let mut file = file.try_clone().map_err(at)?;
    file.seek(SeekFrom::Start(0)).map_err(at)?;
    Ok(file)
}

/// The length of a file in bytes and its SHA-256 in hexadecimal digits, as `sha256sum` gives it.
pub(crate) fn digest(path: &Path) -> Result<(u64, String), Error> {
    let (mut digest, mut length) = (Sha256::new(), 0);
    let mut file = BufReader::with_capacity(1 << 16, raw(path)?);
    loop {
        let bytes = file.fill_buf().map_err(|error| Error::io(path, None, &error))?;
        if bytes.is_empty() {
            return Ok((length, hex(&digest.finalize())));
        }
        digest.update(bytes);
        let count = bytes.len();
        length += count as u64;
        file.consume(count);
    }
}

/// The SHA-256 of a text in hexadecimal digits.
pub(crate) fn digest_of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

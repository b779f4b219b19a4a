//! Checks of bytes from outside, without a file or a process around them. Fuzz targets could not reach them otherwise.
//! They are not part of the interface, and everything here may change.

use std::path::Path;

use copydesk_abi::Prefix;

use crate::{LoadError, file, handshake};

/// The bytes of an entry's frozen prefix.
pub type PrefixBytes = [u8; size_of::<Prefix>()];

/// Checks a library's file as before it is opened. The prefix is given.
///
/// # Errors
/// As [`crate::open`].
pub fn library(bytes: &[u8]) -> Result<PrefixBytes, LoadError> {
    file::check_bytes(Path::new("library"), bytes).map(|checked| checked.prefix)
}

/// Checks a prefix.
///
/// # Errors
/// As [`crate::open`].
pub fn prefix(bytes: &PrefixBytes) -> Result<(), LoadError> {
    handshake::check_prefix(bytes, "library")
}

#[cfg(unix)]
pub use isolated::*;

/// Messages between a host and the process of an isolated plugin.
#[cfg(unix)]
mod isolated {
    use std::io::Write;
    use std::net::Shutdown;
    use std::os::unix::net::UnixStream;

    use copydesk_core::{Column, Document, Layer, Span};

    use crate::convert::Rows;
    use crate::isolated::channel::{Channel, Kind};
    use crate::isolated::wire::{Reader, put_rows};
    use crate::isolated::{pool, process, serve};

    /// A layer's name, spans and columns, decoded but not yet checked.
    pub type RawRows = (String, Vec<Span>, Vec<Column>);

    /// A column, with the layer that it extends.
    pub type RawColumn = (String, Column);

    fn raw(rows: Rows) -> RawRows {
        (rows.layer, rows.spans, rows.columns)
    }

    /// The content of the first frame that comes through a socket as these bytes, of `limit` bytes at most.
    ///
    /// # Errors
    /// If the bytes are no frame.
    pub fn frame(bytes: &[u8], limit: u64) -> Result<Vec<u8>, String> {
        let (mut host, process) = UnixStream::pair().map_err(|error| error.to_string())?;
        // More than the socket holds would wait for a reader.
        host.write_all(bytes.get(..1 << 14).unwrap_or(bytes)).map_err(|error| error.to_string())?;
        host.shutdown(Shutdown::Both).map_err(|error| error.to_string())?;
        let mut channel = Channel::of_process(process);
        channel.listen(limit).map(|(_, content)| content.to_vec()).map_err(|broken| format!("{broken:?}"))
    }

    /// Host to process: the memory limit, and the library's path unless it is built in.
    ///
    /// # Errors
    /// If the bytes are wrong. The same holds for the functions below.
    pub fn first_request(bytes: &[u8]) -> Result<(u64, Option<Vec<u8>>), String> {
        serve::first_request(Kind::Open, bytes)
    }

    /// Host to process: a document.
    ///
    /// # Errors
    /// As above.
    pub fn document(bytes: &[u8]) -> Result<Document, String> {
        serve::document(Reader::new(bytes))
    }

    /// Encodes a layer.
    #[must_use]
    pub fn sent(layer: &Layer) -> Vec<u8> {
        let mut out = Vec::new();
        put_rows(&mut out, layer, 0, |_| true);
        out
    }

    /// Decodes the output of [`sent`].
    ///
    /// # Errors
    /// As above.
    pub fn received(bytes: &[u8], text: &str) -> Result<Layer, String> {
        let mut reader = Reader::new(bytes);
        let rows = reader.rows()?;
        reader.end()?;
        serve::layer(rows, text)
    }

    /// Process to host: ids and manifests of its plugins.
    ///
    /// # Errors
    /// As above.
    pub fn offers(bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
        let offers = process::offers(Reader::new(bytes))?;
        Ok(offers.into_iter().map(|offer| (offer.id, offer.manifest)).collect())
    }

    /// Process to host: rows, and columns with the layers that they extend.
    ///
    /// # Errors
    /// As above.
    pub fn given(bytes: &[u8]) -> Result<(Vec<RawRows>, Vec<RawColumn>), String> {
        let given = pool::given(Reader::new(bytes))?;
        Ok((given.rows.into_iter().map(raw).collect(), given.columns))
    }
}

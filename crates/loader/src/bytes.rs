//! The checks of bytes that others wrote, without a file or a process around them: for fuzz targets, which could not
//! reach them otherwise. No part of the interface: everything here may change.

use std::path::Path;

use copydesk_abi::Prefix;

use crate::{LoadError, file, handshake};

/// The bytes of an entry's frozen prefix.
pub type PrefixBytes = [u8; size_of::<Prefix>()];

/// What is checked of a library's file before it is opened, but for its prefix, which is given.
///
/// # Errors
/// As [`crate::open`].
pub fn library(bytes: &[u8]) -> Result<PrefixBytes, LoadError> {
    file::check_bytes(Path::new("library"), bytes).map(|checked| checked.prefix)
}

/// What is checked of the prefix.
///
/// # Errors
/// As [`crate::open`].
pub fn prefix(bytes: &PrefixBytes) -> Result<(), LoadError> {
    handshake::check_prefix(bytes, "library")
}

#[cfg(unix)]
pub use isolated::*;

/// What a host and the process of an isolated plugin say to each other.
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
    /// Where what comes is no frame.
    pub fn frame(bytes: &[u8], limit: u64) -> Result<Vec<u8>, String> {
        let (mut host, process) = UnixStream::pair().map_err(|error| error.to_string())?;
        // More than the socket holds would wait for a reader.
        host.write_all(bytes.get(..1 << 14).unwrap_or(bytes)).map_err(|error| error.to_string())?;
        host.shutdown(Shutdown::Both).map_err(|error| error.to_string())?;
        let mut channel = Channel::of_process(process);
        channel.listen(limit).map(|(_, content)| content.to_vec()).map_err(|broken| format!("{broken:?}"))
    }

    /// Host to process: the memory limit, and the library's path where it is not built in.
    ///
    /// # Errors
    /// What is wrong with the bytes; likewise below.
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

    /// A layer as it is sent.
    #[must_use]
    pub fn sent(layer: &Layer) -> Vec<u8> {
        let mut out = Vec::new();
        put_rows(&mut out, layer, 0, |_| true);
        out
    }

    /// What [`sent`] gave, as it is received.
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

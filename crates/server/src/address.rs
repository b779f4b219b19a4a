//! Addresses that a server listens on.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use crate::Error;

/// An address to listen on: a socket of the network, or one of the file system.
///
/// ```
/// use copydesk_server::Address;
///
/// let address: Address = "127.0.0.1:8017".parse()?;
/// assert!(address.is_local());
/// assert_eq!(address.to_string(), "http://127.0.0.1:8017");
/// assert!(!"0.0.0.0:8017".parse::<Address>()?.is_local());
/// # Ok::<(), copydesk_server::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An address and a port. Port 0 is any free one.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
}

impl Address {
    /// Returns true if only this machine reaches it.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Address::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Address::Unix(_) => true,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp(address) => write!(f, "http://{address}"),
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl FromStr for Address {
    type Err = Error;

    /// Reads `127.0.0.1:8017`, `[::1]:8017`, `localhost:8017`, or a path after `unix:`.
    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(Address::Unix(path.into()));
        }
        let named = text.strip_prefix("localhost:").map(|port| format!("{}:{port}", Ipv4Addr::LOCALHOST));
        let address = named.as_deref().unwrap_or(text).parse();
        address.map(Address::Tcp).map_err(|_| {
            Error::other(format!("{text:?} is no address; write an IP address and a port, such as 127.0.0.1:8017"))
        })
    }
}

/// An open address.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, SocketFile),
}

/// The file of a Unix socket. It is removed at the end.
#[derive(Debug)]
pub(crate) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody may have removed it.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Listener {
    /// Opens an address.
    ///
    /// # Errors
    /// If it is in use, or the system refuses it.
    pub(crate) async fn bind(address: &Address) -> Result<Self, Error> {
        match address {
            Address::Tcp(tcp) => TcpListener::bind(tcp).await.map(Listener::Tcp).map_err(|error| {
                let what = match error.kind() {
                    io::ErrorKind::AddrInUse => format!("{address} is in use; choose another port, or 0 for any"),
                    _ => format!("{address} cannot be opened"),
                };
                Error::io(what, error)
            }),
            Address::Unix(path) => bind_unix(path),
        }
    }

    /// Returns the address, with its real port.
    pub(crate) fn address(&self) -> Address {
        match self {
            Listener::Tcp(listener) => {
                Address::Tcp(listener.local_addr().unwrap_or(SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0)))
            }
            #[cfg(unix)]
            Listener::Unix(_, file) => Address::Unix(file.0.clone()),
        }
    }
}

#[cfg(unix)]
fn bind_unix(path: &Path) -> Result<Listener, Error> {
    use std::os::unix::fs::FileTypeExt;

    let named = |what: &str| format!("the socket {} {what}", path.display());
    // A server that was killed leaves its file behind. Nobody answers there then.
    if std::fs::symlink_metadata(path).is_ok_and(|data| data.file_type().is_socket()) {
        match std::os::unix::net::UnixStream::connect(path) {
            Ok(_) => return Err(Error::other(named("is in use by another program; choose another path"))),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                std::fs::remove_file(path)
                    .map_err(|error| Error::io(named("is left over and cannot be removed"), error))?;
            }
            Err(error) => return Err(Error::io(named("is there already"), error)),
        }
    }
    let listener = UnixListener::bind(path).map_err(|error| Error::io(named("cannot be opened"), error))?;
    Ok(Listener::Unix(listener, SocketFile(path.to_path_buf())))
}

#[cfg(not(unix))]
fn bind_unix(path: &Path) -> Result<Listener, Error> {
    Err(Error::other(format!("{}: this system has no Unix sockets; listen on an address", path.display())))
}

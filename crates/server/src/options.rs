//! The options of a server.

use std::fmt;
use std::thread;
use std::time::Duration;

/// The limits of a server, and who may use it.
///
/// ```
/// use copydesk_server::Options;
///
/// let options = Options { threads: 2, ..Options::default() };
/// assert_eq!(options.largest, 8 << 20);
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that analyze; 0 means one a core.
    pub threads: usize,
    /// The most bytes of a document, unpacked.
    pub largest: usize,
    /// The most bytes of text that are admitted and not yet answered. It should be several times `largest`.
    pub waiting: usize,
    /// How long the stages may work on one document.
    pub time_limit: Duration,
    /// How long a client may send nothing, or take nothing, while it is its turn.
    pub client_timeout: Duration,
    /// How long requests may go on after the server was told to stop.
    pub grace: Duration,
    /// The most connections at once. Others wait.
    pub connections: usize,
    /// The token that clients must send, if there is one.
    pub token: Option<Token>,
    /// Further names of this machine that requests to a loopback address may have in Host, such as that of a proxy. They
    /// do not matter if there is a token.
    pub hosts: Vec<String>,
    /// The origins whose pages may use the server, such as `https://desk.example.org`.
    pub cors_origins: Vec<String>,
    /// True if a pipeline is loaded again when its file changes.
    pub watch: bool,
}

impl Options {
    /// The number of threads that analyze.
    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            threads: 0,
            largest: 8 << 20,
            waiting: 32 << 20,
            time_limit: Duration::from_secs(60),
            client_timeout: Duration::from_secs(20),
            grace: Duration::from_secs(30),
            connections: 1024,
            token: None,
            hosts: Vec::new(),
            cors_origins: Vec::new(),
            watch: true,
        }
    }
}

/// A secret that clients send as `Authorization: Bearer TOKEN` (RFC 6750). It is never printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Returns the token of a text: its first line, without white space around it. `None` if that is empty or holds
    /// characters that no header can carry.
    ///
    /// ```
    /// use copydesk_server::Token;
    ///
    /// assert!(Token::new("s3cret\n").is_some());
    /// assert!(Token::new("two words").is_none());
    /// ```
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let token = text.lines().next().unwrap_or_default().trim();
        let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Token(token.to_owned()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

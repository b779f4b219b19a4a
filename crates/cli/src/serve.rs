//! `copydesk serve`: the same pipelines over HTTP, and a page.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Args, ValueHint};
use copydesk_server::{Address, Options, Server, Token};

use crate::failure::{ExitOutcome, Failure};
use crate::flags::{PluginFlags, Settings, builder, seconds};
use crate::terminal;

/// Serves pipelines over HTTP, with a page to paste an article into
///
/// POST /v1/analyze takes one document and POST /v1/analyze/batch takes JSON lines; results are those of `analyze`. Open
/// the printed address in a browser for the page. /openapi.json describes the rest.
///
/// The server listens on this machine alone unless it is told otherwise, and has no TLS: put a proxy in front of it for
/// others. SIGTERM ends it in good order; SIGHUP, or a pipeline file that changes, loads pipelines again. Each request has a
/// line of JSON on standard error, without texts.
#[derive(Args, Debug)]
#[command(after_help = "\
Exit status:
  0  it was told to end, and did
  2  the command line, a pipeline or an address is wrong
  3  a plugin or a model could not be loaded

Examples:
  copydesk serve
  copydesk serve --pipeline fast --listen 127.0.0.1:9000
  copydesk serve --pipeline desk.toml --pipeline news --socket /run/copydesk/socket
  copydesk serve --listen 0.0.0.0:8017 --allow-remote --token-file /etc/copydesk/token
  curl -s http://127.0.0.1:8017/v1/analyze -H 'Content-Type: text/plain' --data-binary @article.txt")]
pub struct ServeArguments {
    /// A pipeline: a TOML file, or the name of a shipped one; may be given more than once, the first is the default
    /// [default: news and fast]
    #[arg(short, long = "pipeline", value_name = "FILE or NAME", value_hint = ValueHint::FilePath)]
    pipelines: Vec<String>,
    #[command(flatten)]
    settings: Settings,
    /// The address to listen on; port 0 is any free one; may be given more than once [default: 127.0.0.1:8017, or none if
    /// there is a --socket]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Vec<Address>,
    /// A Unix socket to listen on
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    socket: Option<PathBuf>,
    /// Lets other machines connect; needed for an address that is not this machine's own
    #[arg(long)]
    allow_remote: bool,
    /// The number of threads that analyze [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    access: Access,
    /// Does not load a pipeline again when its file changes
    #[arg(long)]
    no_watch: bool,
    #[command(flatten)]
    plugins: PluginFlags,
}

// The limits of requests.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
struct Limits {
    /// The most megabytes of a document, unpacked
    #[arg(long, value_name = "MB", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..1024))]
    largest: u32,
    /// The most megabytes of text that wait or are worked on; more is refused with status 429
    #[arg(long, value_name = "MB", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..4096))]
    waiting: u32,
    /// The time limit of a document
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    time_limit: Duration,
    /// How long a client may send or take nothing
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    client_timeout: Duration,
    /// How long requests may go on after the server was told to end
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    grace: Duration,
    /// The most connections at once; others wait
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    connections: u32,
}

// Who may use the server.
#[derive(Args, Debug)]
#[command(next_help_heading = "Access")]
struct Access {
    /// A file with the token that clients must send, as `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    token_file: Option<PathBuf>,
    /// A further name of this machine that requests may have in Host; needed behind a proxy that passes its own name on
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// An origin whose pages may use the server, such as https://desk.example.org; may be given more than once
    #[arg(long, value_name = "ORIGIN")]
    cors_origin: Vec<String>,
}

/// The address of a server that is told none.
const USUAL: &str = "127.0.0.1:8017";

/// Serves until it is told to end.
pub fn run(arguments: &ServeArguments) -> Result<ExitOutcome, Failure> {
    let addresses = addresses(arguments)?;
    let token = arguments.access.token_file.as_ref().map(|path| {
        let text = fs::read_to_string(path).with_context(|| format!("--token-file {}", path.display()))?;
        let wrong = "its first line must be the token, in visible ASCII characters without blanks";
        Token::new(&text).with_context(|| format!("--token-file {}: {wrong}", path.display()))
    });
    let (limits, access) = (&arguments.limits, &arguments.access);
    let megabytes = |megabytes: u32| (megabytes as usize) << 20;
    let options = Options {
        threads: arguments.threads.map_or(0, usize::from),
        largest: megabytes(limits.largest),
        waiting: megabytes(limits.waiting),
        time_limit: limits.time_limit,
        client_timeout: limits.client_timeout,
        grace: limits.grace,
        connections: limits.connections as usize,
        token: token.transpose()?,
        hosts: access.hosts.clone(),
        cors_origins: access.cors_origin.clone(),
        watch: !arguments.no_watch,
    };
    let usual = ["news".to_owned(), "fast".to_owned()];
    let names = if arguments.pipelines.is_empty() { &usual[..] } else { &arguments.pipelines };
    let builders = names.iter().map(|name| builder(name, &arguments.settings, &arguments.plugins)).collect();
    // If nobody reads the log any more, the server goes on. A process that has a log already keeps it.
    let log = tracing_subscriber::fmt().json().flatten_event(true).log_internal_errors(false);
    let _ = log.with_writer(io::stderr).try_init();
    let server = Server::bind(builders, &addresses, options).map_err(|error| match error.into_pipeline() {
        Ok(error) => Failure::from(error),
        Err(error) => Failure::from(error),
    })?;
    server.catch_signals()?;
    for address in server.addresses() {
        terminal::message(&format!("listening on {address}"));
    }
    server.run()?;
    Ok(ExitOutcome::Done)
}

/// The addresses to listen on.
fn addresses(arguments: &ServeArguments) -> Result<Vec<Address>, Failure> {
    let mut addresses = arguments.listen.clone();
    if let Some(path) = &arguments.socket {
        addresses.push(Address::Unix(path.clone()));
    }
    if addresses.is_empty() {
        addresses.push(USUAL.parse()?);
    }
    match addresses.iter().find(|address| !address.is_local() && !arguments.allow_remote) {
        Some(remote) => Err(anyhow!(
            "{remote} can be reached from other machines, and this server asks nobody who they are unless there is a \
             --token-file; if that is what you want, add --allow-remote"
        )
        .into()),
        None => Ok(addresses),
    }
}

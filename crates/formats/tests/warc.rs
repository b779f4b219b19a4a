//! Web archives: pages are found, and damage costs one record.

use std::io::Write;

use copydesk_formats::WarcReader;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

/// A record with a head of these lines and a block.
fn record(head: &str, block: &[u8]) -> Vec<u8> {
    let head = format!("WARC/1.1\r\n{head}\r\nContent-Length: {}\r\n\r\n", block.len());
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn response(uri: &str, http: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC-Type: response\r\nWARC-Target-URI: {uri}\r\nWARC-Date: 2024-05-01T09:30:00Z\r\nContent-Type: application/http; msgtype=response"
    );
    record(&head, &[http.replace('\n', "\r\n").as_bytes(), b"\r\n\r\n", body].concat())
}

fn html(uri: &str) -> Vec<u8> {
    response(uri, "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8", b"<p>It rains.</p>")
}

/// The address, charset and bytes of a page, or the message of an error.
type Read = Result<(String, Option<String>, String), String>;

fn read(file: &[u8]) -> Vec<Read> {
    read_within(file, 128 << 20)
}

fn read_within(file: &[u8], limit: u64) -> Vec<Read> {
    let pages = WarcReader::new(file).with_limit(limit);
    pages
        .map(|read| match read {
            Ok(page) => Ok((page.uri, page.charset, String::from_utf8_lossy(&page.bytes).into_owned())),
            Err(error) => Err(format!("{}: {error}", error.id())),
        })
        .collect()
}

fn page(uri: &str) -> Read {
    Ok((uri.into(), Some("utf-8".into()), "<p>It rains.</p>".into()))
}

fn packed<W: Write>(mut encoder: W, finish: impl FnOnce(W) -> std::io::Result<Vec<u8>>, bytes: &[u8]) -> Vec<u8> {
    encoder.write_all(bytes).expect("a vector takes everything");
    finish(encoder).expect("a vector takes everything")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    packed(GzEncoder::new(Vec::new(), Compression::best()), GzEncoder::finish, bytes)
}

#[test]
fn pages_among_other_records() {
    let info = record("WARC-Type: warcinfo\r\nContent-Type: application/warc-fields", b"software: x\r\n");
    let request = record("WARC-Type: request\r\nContent-Type: application/http", b"GET / HTTP/1.1\r\n\r\n");
    let image = response("https://a/i", "HTTP/1.1 200 OK\nContent-Type: image/png", b"\x89PNG");
    let moved = response("https://a/m", "HTTP/1.1 301 Moved\nContent-Type: text/html", b"<p>Moved</p>");
    let dns = record("WARC-Type: response\r\nWARC-Target-URI: dns:a\r\nContent-Type: text/dns", b"a. 1 IN A 1.1.1.1");
    let resource =
        record("WARC-Type: resource\r\nwarc-target-uri: <https://a/r>\r\nContent-Type:\r\n text/html", b"<p>r</p>");
    let file = [info, request, html("https://a/1"), image, moved, dns, resource, html("https://a/2")].concat();
    let found = read(&file);
    let resource = Ok(("https://a/r".to_owned(), None, "<p>r</p>".to_owned()));
    assert_eq!(found, [page("https://a/1"), resource, page("https://a/2")]);
    let records: Vec<(u64, Option<String>)> = WarcReader::new(file.as_slice())
        .map(|page| page.expect("a page"))
        .map(|page| (page.record, page.date))
        .collect();
    let date = Some("2024-05-01T09:30:00Z".to_owned());
    assert_eq!(records, [(3, date.clone()), (7, None), (8, date)]);
}

#[test]
fn bodies() {
    let text = b"<p>It rains.</p>";
    let zlib = packed(ZlibEncoder::new(Vec::new(), Compression::best()), ZlibEncoder::finish, text);
    let deflate = packed(DeflateEncoder::new(Vec::new(), Compression::best()), DeflateEncoder::finish, text);
    let chunked = b"5\r\n<p>It\r\nb\r\n rains.</p>\r\n0\r\n\r\n".to_vec();
    let gzip_chunked = {
        let body = gzip(text);
        [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat()
    };
    let members = [gzip(b"<p>It "), gzip(b"rains.</p>")].concat();
    let cases: [(&str, &str, Vec<u8>); 13] = [
        ("HTTP/1.1 200 OK", "", text.to_vec()),
        ("HTTP/2 200", "", text.to_vec()),
        ("HTTP/1.0  203  Fine", "", text.to_vec()),
        ("HTTP/1.1 200 OK", "\nBad Header Name: x\nX: caf\u{e9}", text.to_vec()),
        ("HTTP/1.1 200 OK", "\nTransfer-Encoding: chunked", chunked),
        ("HTTP/1.1 200 OK", "\nTransfer-Encoding: chunked", text.to_vec()),
        ("HTTP/1.1 200 OK", "\nContent-Encoding: gzip", gzip(text)),
        ("HTTP/1.1 200 OK", "\nContent-Encoding: gzip", members),
        ("HTTP/1.1 200 OK", "\nContent-Encoding: gzip", text.to_vec()),
        ("HTTP/1.1 200 OK", "\nContent-Encoding: deflate", zlib),
        ("HTTP/1.1 200 OK", "\nContent-Encoding: deflate", deflate),
        ("HTTP/1.1 200 OK", "\ncontent-encoding: GZIP\nTransfer-encoding: Chunked", gzip_chunked),
        ("HTTP/1.1 200 OK", "\nContent-Encoding: gzip, gzip", gzip(&gzip(text))),
    ];
    for (status, headers, body) in cases {
        let file = response("https://a/", &format!("{status}\nContent-Type: text/html; charset=utf-8{headers}"), &body);
        assert_eq!(read(&file), [page("https://a/")], "{status} {headers}");
    }
}

#[test]
fn damage_costs_one_record() {
    let lie = |by: &str| {
        String::from_utf8(html("https://a/1")).expect("ASCII").replace("Content-Length: 75", by).into_bytes()
    };
    assert_eq!(lie("Content-Length: 75"), html("https://a/1"));
    let good = html("https://a/2");
    let br = response("https://a/1", "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: br", b"\x8b\x02\x80");
    let cut_gzip = response(
        "https://a/1",
        "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip",
        &gzip(b"abc")[..12],
    );
    let not_http = record(
        "WARC-Type: response\r\nWARC-Target-URI: https://a/1\r\nContent-Type: application/http",
        b"<p>no head</p>",
    );
    let long_head = format!("WARC/1.0\r\nX: {}\r\n\r\n", "x".repeat(70_000)).into_bytes();
    let cases: [(Vec<u8>, &str); 8] = [
        (
            lie("Content-Length: 70"),
            "https://a/1: record 1 at byte 0: it does not end after the 70 bytes of its Content-Length",
        ),
        (lie("Content-Length: many"), "https://a/1: record 1 at byte 0: Content-Length is missing or no number"),
        (
            b"garbage\r\nmore\r\n".to_vec(),
            "record 1: record 1 at byte 0: no record begins here: its first line must be WARC/1.0 or WARC/1.1",
        ),
        (
            b"\x1f\x8b\x08garbage\n".to_vec(),
            "record 1: record 1 at byte 0: these bytes are packed with gzip; unpack all members first",
        ),
        (long_head, "record 1: record 1 at byte 0: its head has more than 64 KiB"),
        (br, "https://a/1: record 1 at byte 0: its page is packed with \"br\"; only gzip and deflate can be read"),
        (cut_gzip, "https://a/1: record 1 at byte 0: its page cannot be unpacked: "),
        (not_http, "https://a/1: record 1 at byte 0: its HTTP response cannot be read: "),
    ];
    for (damaged, expected) in cases {
        let found = read(&[damaged, good.clone()].concat());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].as_ref().is_err_and(|error| error.starts_with(expected)), "{found:?}");
        assert_eq!(found[1], page("https://a/2"), "reading goes on");
    }
}

#[test]
fn the_end_of_a_file() {
    let file = html("https://a/1");
    for cut in 1..file.len() {
        let found = read(&file[..cut]);
        let whole = cut >= file.len() - 4;
        assert_eq!(found.len(), 1, "{cut}: {found:?}");
        assert_eq!(found[0].is_ok(), whole, "{cut}: {found:?}");
    }
    let long =
        String::from_utf8(file).expect("ASCII").replace("Content-Length: 75", "Content-Length: 18446744073709551615");
    let found = read(long.as_bytes());
    let missing = |error: &String| error.starts_with("https://a/1: record 1 at byte 0: the file ends early: ");
    assert!(found.len() == 1 && found[0].as_ref().is_err_and(missing), "{found:?}");
    assert_eq!(read(b""), []);
    assert_eq!(read(b"\r\n\r\n"), []);
}

#[test]
fn limits() {
    let bomb = gzip(&vec![b'a'; 1 << 20]);
    let bomb = response("https://a/1", "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding: gzip", &bomb);
    let large = response("https://a/2", "HTTP/1.1 200 OK\nContent-Type: text/html", &[b'a'; 5000]);
    let found = read_within(&[bomb, large, html("https://a/3")].concat(), 4000);
    let unpacked = "https://a/1: record 1 at byte 0: its page unpacks to more than the limit of 4000 bytes";
    assert_eq!(found[0], Err(unpacked.to_owned()));
    assert!(
        found[1].as_ref().is_err_and(|error| error.ends_with("the page has 5000 bytes, more than the limit of 4000"))
    );
    assert_eq!(found[2], page("https://a/3"));
}

proptest! {
    #[test]
    fn no_bytes_do_harm(cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12)) {
        let mut file = [html("https://a/1"), html("https://a/2"), html("https://a/3")].concat();
        for (at, byte) in cuts {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let found = read(&file);
        prop_assert!(found.len() <= 6, "{:?}", found);
    }
}

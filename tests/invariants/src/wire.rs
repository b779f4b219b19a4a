//! Any bytes as messages between a host and the process of an isolated plugin, in both directions.

use copydesk_core::{Layer, Manifest, Order, is_identifier};
use copydesk_loader::bytes;

use crate::sound;

/// Lets every decoder of both sides read `bytes`. An accepted document is sound, and its layers return unchanged when
/// they are sent. Accepted columns have a value for each row. Nothing decoded is larger than the bytes.
pub fn wire(bytes: &[u8]) {
    if let Ok(content) = bytes::frame(bytes, 1 << 12) {
        assert!(content.len() <= 1 << 12 && bytes.ends_with(&content), "a frame is what was sent");
    }
    if let Ok((_, Some(path))) = bytes::first_request(bytes) {
        assert!(bytes.ends_with(&path), "the path is the request's end");
    }
    if let Ok(document) = bytes::document(bytes) {
        for layer in document.layers() {
            sound::layer(layer, document.text(), Order::Any);
            let again = bytes::received(&bytes::sent(layer), document.text()).expect("what was sent is received");
            let parts = |layer: &Layer| (layer.name().to_owned(), layer.spans().to_vec(), layer.columns().to_vec());
            assert_eq!(parts(&again), parts(layer), "a layer comes as it went");
        }
    }
    if let Ok(offers) = bytes::offers(bytes) {
        let size: usize = offers.iter().map(|(id, manifest)| id.len() + manifest.len()).sum();
        assert!(size <= bytes.len());
        for (id, manifest) in offers {
            let _ = (is_identifier(&id), Manifest::parse(&manifest));
        }
    }
    if let Ok((rows, columns)) = bytes::given(bytes) {
        let mut size = 0;
        for (layer, spans, columns) in rows {
            size += 8 * spans.len();
            for column in columns {
                assert_eq!(column.data.len(), spans.len(), "{layer}.{}", column.name);
            }
        }
        size += columns.iter().map(|(_, column)| 4 * column.data.len()).sum::<usize>();
        assert!(size <= bytes.len());
    }
}

//! What is not a photo is refused in words that help.

use photo::decode::{Limits, decode, probe};

fn refusal(bytes: &[u8], name: &str) -> String {
    let from_probe = probe(bytes, name).expect_err("probe must refuse").to_string();
    let from_decode = decode(bytes, name, &Limits::default()).expect_err("decode must refuse").to_string();
    assert_eq!(from_probe, from_decode);
    from_decode
}

#[test]
fn what_is_no_photo_is_named() {
    let rows: [(&[u8], &str, &str); 6] = [
        (b"", "a.dng", "this is not a photo that rawmill knows: the file is empty"),
        (b"hello, these are notes\n", "a.nef", "this is not a photo that rawmill knows: it is text"),
        (
            &[0; 4096],
            "a.arw",
            "this is not a photo that rawmill knows: it begins with zeros, as files do that were never fully written",
        ),
        (b"\x01\x02\x03\x04", "a.raf", "this is not a photo that rawmill knows: it begins with 01 02 03 04"),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            "a.heic",
            "HEIC files are not read; convert them to TIFF or JPEG first",
        ),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "a.jpg", "AVIF files are not read; convert them to TIFF or JPEG first"),
    ];
    for (bytes, name, words) in rows {
        assert_eq!(refusal(bytes, name), words);
    }
}

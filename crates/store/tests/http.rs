//! What HTTP says to a reader: against naive readings of the rules.

use proptest::prelude::*;
use std::ops::Range;
use store::http::*;
use store::links::{FileName, MediaType};
use store::{ETag, Head, Reply, Timestamp};

fn etag(text: &str) -> ETag {
    ETag::parse(text).unwrap()
}

const HARMFUL: [char; 6] = ['/', '\\', '\r', '\n', '\0', '\u{202e}'];

fn head(size: u64) -> Head {
    Head { size, etag: etag("a,b"), modified: Timestamp(0) }
}

/// The bytes from `first` to `last`, found by looking at every byte there is.
fn naive(size: u64, wanted: impl Fn(u64) -> bool) -> Selection {
    let bytes: Vec<_> = (0..size).filter(|at| wanted(*at)).collect();
    match bytes[..] {
        [first, .., last] | [first @ last] => Selection::Part(first..last + 1),
        [] => Selection::Unsatisfiable,
    }
}

proptest! {
    #[test]
    fn one_range_selects_its_bytes(size in 0..40u64, first in 0..50u64, more in 0..50u64) {
        let last = first + more;
        prop_assert_eq!(select(&format!("bytes={first}-{last}"), size), naive(size, |at| (first..=last).contains(&at)));
        prop_assert_eq!(select(&format!("Bytes= {first}- "), size), naive(size, |at| at >= first));
        if size > 0 {
            prop_assert_eq!(select(&format!("bytes=-{first}"), size), naive(size, |at| size - at <= first));
        }
    }

    #[test]
    fn any_text_is_answered(header in "(bytes)?=?[-0-9, a-z]{0,30}", size in any::<u64>()) {
        if let Selection::Part(Range { start, end }) = select(&header, size) {
            prop_assert!(start < end && end <= size);
        }
    }

    #[test]
    fn a_name_cannot_leave_its_header(name in "\\PC{1,40}|[\"\\\\%;\r\n\0/:\u{202e}é]{1,20}") {
        let name: String = name.chars().take(60).collect();
        let value = disposition(Some(&FileName::parse(&name).unwrap()));
        prop_assert!(value.bytes().all(|b| (0x20..0x7f).contains(&b)), "{:?}", value);
        let (_, quoted) = value.split_once("attachment; filename=\"").unwrap();
        let (plain, rest) = quoted.split_once('"').unwrap();
        prop_assert!(!plain.contains(['\\', '/', '%']));
        prop_assert_eq!(plain.chars().count(), name.chars().count());
        match rest.strip_prefix("; filename*=UTF-8''") {
            None => prop_assert_eq!(rest, ""),
            Some(extended) => {
                let read = percent_encoding::percent_decode_str(extended).decode_utf8().unwrap();
                prop_assert!(!read.contains(HARMFUL), "{}", read);
                prop_assert!(read.chars().zip(name.chars()).all(|(r, n)| r == n || r == '_'));
                prop_assert!(!extended.contains(['"', ';', ' ', '\'', '*', '(', ')']), "{}", extended);
            }
        }
    }
}

#[test]
fn what_is_no_single_range_selects_all() {
    for header in [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-3",
        "bytes=0-1,3-4",
        "items=0-1",
        "bytes=0 -1",
        "bytes=+1-2",
    ] {
        assert_eq!(select(header, 10), Selection::Whole, "{header}");
    }
    assert_eq!(select("bytes=0-", 0), Selection::Unsatisfiable);
    assert_eq!(select("bytes=-0", 10), Selection::Unsatisfiable);
    assert_eq!(select("bytes=-1", 0), Selection::Whole);
    let huge = "9".repeat(40);
    assert_eq!(select(&format!("bytes=3-{huge}"), 10), Selection::Part(3..10));
    assert_eq!(select(&format!("bytes=-{huge}"), 10), Selection::Part(0..10));
    assert_eq!(select(&format!("bytes={huge}-"), 10), Selection::Unsatisfiable);
}

#[test]
fn a_copy_is_compared_by_its_tag() {
    let tag = etag("a,b");
    for yes in ["\"a,b\"", "W/\"a,b\"", "\"x\", \"a,b\"", "\"x\",W/\"y\" ,\t\"a,b\"", "*", " * ", ", \"a,b\""] {
        assert!(if_none_match(yes, &tag), "{yes}");
    }
    for no in ["", "a,b", "\"a\"", "\"a,b", "\"x\" \"", "W/", "\"*\"", "\"a,bc\"", "x\"a,b\""] {
        assert!(!if_none_match(no, &tag), "{no}");
    }
    assert!(if_range("\"a,b\"", &tag));
    for no in ["W/\"a,b\"", "\"x\"", "*", "Sat, 21 Nov 2026 00:00:00 GMT", "\"a,b\", \"x\""] {
        assert!(!if_range(no, &tag), "{no}");
    }
}

#[test]
fn conditions_are_evaluated_in_order() {
    let (own, other) = (Some("\"a,b\""), Some("\"x\""));
    let of = |if_none_match, if_range, range| answer(&Conditions { if_none_match, if_range, range }, &head(10));
    let range = Some("bytes=2-4");
    assert_eq!(of(None, None, None), Answer::Whole);
    assert_eq!(of(None, None, range), Answer::Part(2..5));
    assert_eq!(of(None, own, range), Answer::Part(2..5));
    assert_eq!(of(None, other, range), Answer::Whole);
    assert_eq!(of(None, own, None), Answer::Whole);
    assert_eq!(of(own, other, range), Answer::NotModified);
    assert_eq!(of(other, None, range), Answer::Part(2..5));
    assert_eq!(of(other, None, Some("bytes=10-")), Answer::Unsatisfiable);
    assert_eq!(of(None, other, Some("bytes=10-")), Answer::Whole);
}

#[test]
fn the_headers_of_each_answer() {
    let reply = Reply {
        content_type: MediaType::parse("image/jpeg").unwrap(),
        filename: Some(FileName::parse("Anna.jpg").unwrap()),
    };
    let show = |answer: Answer| {
        let lines = headers(&answer, &reply, &head(10)).into_iter().map(|(name, value)| format!("{name}: {value}"));
        (answer.status(), lines.collect::<Vec<_>>())
    };
    let safe = [
        "accept-ranges: bytes",
        "content-security-policy: default-src 'none'; sandbox",
        "etag: \"a,b\"",
        "x-content-type-options: nosniff",
    ];
    let file = |length| ["content-disposition: attachment; filename=\"Anna.jpg\"", length, "content-type: image/jpeg"];
    let all = |more: &[&str]| [&safe[..], more].concat().iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert_eq!(show(Answer::Whole), (200, all(&file("content-length: 10"))));
    let part = [&file("content-length: 3")[..], &["content-range: bytes 2-4/10"]].concat();
    assert_eq!(show(Answer::Part(2..5)), (206, all(&part)));
    assert_eq!(show(Answer::NotModified), (304, all(&[])));
    assert_eq!(show(Answer::Unsatisfiable), (416, all(&["content-range: bytes */10"])));
    assert_eq!(disposition(None), "attachment");
    let umlaut = FileName::parse("Öl \"1\"%.jpg").unwrap();
    let expected = "attachment; filename=\"_l _1__.jpg\"; filename*=UTF-8''%C3%96l%20%221%22%25.jpg";
    assert_eq!(disposition(Some(&umlaut)), expected);
}

#[test]
fn media_types_are_safe_in_a_header() {
    for good in ["image/jpeg", "image/svg+xml", "text/plain; charset=utf-8", "application/vnd.a-b.c"] {
        assert!(MediaType::parse(good).is_ok(), "{good}");
    }
    for bad in ["", "image", "/jpeg", "image/", "a/b/c", "image/jpeg\r\nx: y", "image/jpeg;\n", "a b/c", "é/x"] {
        assert!(MediaType::parse(bad).is_err(), "{bad:?}");
    }
}

//! Numbers and moments as people read them.

use crate::files::named;
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A template as an answer. A whole page names its style ahead of the text: a browser fetches it while it begins to read.
pub fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => {
            let style = text.starts_with("<!doctype").then(|| format!("<{}>; rel=preload; as=style", named().style));
            let style = style.map(|link| [(header::LINK, link)]);
            (style, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// `12.4 MB`: powers of a thousand, as files are sold.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes as f64 / 1e3;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1e3;
        unit += 1;
    }
    if bytes < 1_000 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// `1 h 5 min`, `3 min 20 s`, `4.2 s`, `40 ms`: two parts at most.
pub fn seconds(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0 if seconds > 0.0 && seconds < 0.095 => format!("{:.0} ms", seconds * 1e3),
        0..10 => format!("{seconds:.1} s"),
        10..60 => format!("{whole} s"),
        60..3_600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// `2026-11-28 16:33`: of a moment in RFC 3339, its first sixteen characters; always UTC.
pub fn moment(rfc3339: &str) -> String {
    rfc3339.get(..16).unwrap_or(rfc3339).replace('T', " ")
}

/// `16:33:21`: its time of the day; always UTC.
pub fn clock(rfc3339: &str) -> &str {
    rfc3339.get(11..19).unwrap_or(rfc3339)
}

/// `12,345`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|g| std::str::from_utf8(g).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_read_them() {
        assert_eq!([0, 999, 1_000, 12_400_000, 999_960].map(bytes), ["0 B", "999 B", "1.0 kB", "12.4 MB", "1.0 MB"]);
        assert_eq!([0.0, 0.04, 0.095, 59.6].map(seconds), ["0.0 s", "40 ms", "0.1 s", "1 min 0 s"]);
        assert_eq!([200.0, 3_900.0].map(seconds), ["3 min 20 s", "1 h 5 min"]);
        assert_eq!([7, 999, 1_000, 1_234_567].map(count), ["7", "999", "1,000", "1,234,567"]);
        assert_eq!(moment("2026-11-28T16:33:21.123Z"), "2026-11-28 16:33");
        assert_eq!(clock("2026-11-28T16:33:21.123Z"), "16:33:21");
    }
}

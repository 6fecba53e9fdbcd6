//! The URL, before anybody is asked.

use super::OutwardError;
use hyper::Uri;
use url::Url;

/// Ports below this belong to other protocols, but for those of HTTP.
const FREE: u16 = 1024;

/// Where a URL points, in the one spelling that everything from here on reads. `http` lets plain HTTP through.
pub fn parse(text: &str, http: bool) -> Result<Uri, OutwardError> {
    let wrong = |why: &str| OutwardError::Url { url: shown(text), why: why.into() };
    let mut url = Url::parse(text).map_err(|e| wrong(&format!("is no URL: {e}")))?;
    match url.scheme() {
        "https" => {}
        "http" if http => {}
        "http" => return Err(wrong("is plain HTTP; use https://")),
        _ => return Err(wrong("is no URL of the web; use https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user or a password, which would stand in logs; leave them out"));
    }
    let port = url.port_or_known_default().unwrap_or_default();
    if port < FREE && ![80, 443].contains(&port) {
        return Err(wrong("names a port of another protocol; use 443, 80, or one from 1024 on"));
    }
    url.set_fragment(None);
    url.as_str().parse().map_err(|_| wrong("is no URL that a request can name"))
}

/// What errors show of a URL: no password, and not all of a long one.
pub fn shown(text: &str) -> String {
    let text = text.split_once('@').map_or(text, |(_, rest)| rest);
    text.chars().take(200).collect::<String>().escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_is_left_of_an_address() {
        for text in
            ["http://2130706433/", "http://0x7f.1/", "http://127.1", "http://0177.0.0.01/#x", "HTTP://①②⑦.0.0.1"]
        {
            assert_eq!(parse(text, true).unwrap().to_string(), "http://127.0.0.1/", "{text}");
        }
        let kept = "https://lab.example:8443/a?b=c";
        assert_eq!(parse(kept, false).unwrap().to_string(), kept);
    }

    #[test]
    fn what_is_no_place_of_the_web_is_refused() {
        for (text, why) in [
            ("http://lab.example/", "plain HTTP"),
            ("file:///etc/passwd", "no URL of the web"),
            ("gopher://lab.example/", "no URL of the web"),
            ("https://", "is no URL"),
            ("lab.example", "is no URL"),
            ("https://me:s3cret@lab.example/", "password"),
            ("https://me@lab.example/", "user"),
            ("https://lab.example:25/", "port"),
            ("https://lab.example:0/", "port"),
            ("https://lab.example:1023/", "port"),
        ] {
            let error = parse(text, false).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("s3cret"), "{text}: {error}");
        }
        for text in ["https://lab.example:1024/", "https://lab.example:80/", "http://lab.example:443/"] {
            parse(text, true).unwrap();
        }
    }
}

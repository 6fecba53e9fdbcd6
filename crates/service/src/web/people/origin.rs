//! Which page a request comes from: a browser sends our cookie along for any of them, so a request that changes something
//! must come from one of ours.

use super::cookie;
use crate::config::Config;
use crate::web::Problem;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};

/// What the browser says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A page of ours.
    Ours,
    /// Another page, or none.
    Others,
    /// Nothing.
    Unsaid,
}

/// Errs where a request that comes with our cookie and changes something may be somebody else's.
pub fn check(parts: &Parts, config: &Config) -> Result<(), Problem> {
    match of(parts, config) {
        Origin::Ours => Ok(()),
        _ if parts.method.is_safe() => Ok(()),
        Origin::Others => Err(refused()),
        Origin::Unsaid => Err(Problem::forbidden(
            "a request with a cookie that changes something says where it comes from: send `Sec-Fetch-Site` or `Origin` \
             as browsers do, or a key instead of the cookie",
        )),
    }
}

/// A page of others did it.
pub fn refused() -> Problem {
    Problem::forbidden("this request comes from a page that is not ours; nothing was done")
}

/// Is it a path of ours, to which a browser may be sent; browsers take `//` and `/\` for another host.
pub fn stays(path: &str) -> bool {
    path.starts_with('/') && !path[1..].starts_with(['/', '\\']) && !path.contains(|c: char| c.is_control())
}

/// What the browser says: `Sec-Fetch-Site`, or the `Origin` of those that do not know it.
pub fn of(parts: &Parts, config: &Config) -> Origin {
    let text = |name: HeaderName| parts.headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let ours = |is_ours| if is_ours { Origin::Ours } else { Origin::Others };
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return ours(site == "same-origin");
    }
    match text(header::ORIGIN) {
        None => Origin::Unsaid,
        Some(origin) => ours(asked(parts, config).is_some_and(|asked| asked == origin)),
    }
}

/// The origin that was asked, in the words of a browser.
fn asked(parts: &Parts, config: &Config) -> Option<String> {
    let host = match parts.uri.authority() {
        Some(authority) => authority.as_str(),
        None => host(&parts.headers)?,
    };
    let scheme = if cookie::is_secure(config) { "https" } else { "http" };
    Some(format!("{scheme}://{}", host.to_lowercase()))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
        let request = Request::builder().method(method).uri("/v1/keys").header("host", "Lab.example:8443");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    fn is_taken(method: &str, headers: &[(&str, &str)]) -> bool {
        let config = Config { public_url: Some("https://lab.example:8443".into()), ..Config::default() };
        check(&parts(method, headers), &config).is_ok()
    }

    #[test]
    fn nobody_is_led_out_of_the_house() {
        assert!(stays("/") && stays("/batches/bat_1?x=//y"));
        for out in [
            "",
            "batches",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\n/evil.example",
            "javascript:0",
        ] {
            assert!(!stays(out), "{out:?}");
        }
    }

    #[test]
    fn what_changes_something_comes_from_a_page_of_ours() {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            assert!(is_taken(method, &[("sec-fetch-site", "same-origin")]));
            assert!(is_taken(method, &[("origin", "https://lab.example:8443")]));
            for site in ["same-site", "cross-site", "none", "", "Same-Origin"] {
                let both = [("sec-fetch-site", site), ("origin", "https://lab.example:8443")];
                assert!(!is_taken(method, &both), "{site}: the more exact one counts");
            }
            let scheme = "http://lab.example:8443";
            for origin in
                ["null", "", scheme, "https://lab.example", "https://evil.example", "https://lab.example:84430"]
            {
                assert!(!is_taken(method, &[("origin", origin)]), "{origin}");
            }
            assert!(!is_taken(method, &[]) && !is_taken(method, &[("referer", "https://lab.example:8443/")]));
        }
        for headers in [&[] as &[(&str, &str)], &[("sec-fetch-site", "cross-site")], &[("origin", "null")]] {
            assert!(is_taken("GET", headers) && is_taken("HEAD", headers), "looking is free");
        }
    }
}

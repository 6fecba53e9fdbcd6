//! What pages say, in every language that they have.
//!
//! A phrase that lacks a language does not compile. `{0}`, `{1}` stand for what [`say`] fills in.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::people::Role;
use serde::Deserialize;
use service::web::extract::Query;
use std::fmt::Display;
use std::ops::Deref;

/// A language of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Korean.
    Ko,
}

/// Cookie of a language that was chosen.
const COOKIE: &str = "rawmill-language";

impl Language {
    /// The one that was chosen, or the one that the browser likes most of those that there are.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default();
        let chosen = text(header::COOKIE).split(';').find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='));
        chosen.and_then(Self::parse).unwrap_or_else(|| liked(text(header::ACCEPT_LANGUAGE)))
    }

    /// By its tag (BCP 47), of which only the language counts.
    fn parse(tag: &str) -> Option<Self> {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "ko" => Some(Self::Ko),
            _ => None,
        }
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// The one to change to: its tag, and its name in itself.
    pub fn other(self) -> (&'static str, &'static str) {
        match self {
            Self::En => ("ko", "한국어"),
            Self::Ko => ("en", "English"),
        }
    }

    /// What it says.
    pub fn words(self) -> &'static Words {
        match self {
            Self::En => &ENGLISH,
            Self::Ko => &KOREAN,
        }
    }
}

/// `Accept-Language` (RFC 9110, section 12.5.4).
fn liked(header: &str) -> Language {
    let weighed = header.split(',').filter_map(|part| {
        let (tag, q) = part.trim().split_once(";q=").unwrap_or((part.trim(), "1"));
        Some((Language::parse(tag)?, q.trim().parse::<f32>().ok().filter(|q| *q > 0.0)?))
    });
    // The first of equals counts.
    weighed
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map_or(Language::En, |(language, _)| language)
}

/// The language to change to.
#[derive(Deserialize)]
pub struct Choice {
    to: Language,
}

/// Keeps a language for a year, and goes back to the page.
pub async fn choose(Query(choice): Query<Choice>, headers: HeaderMap) -> Response {
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", choice.to.tag());
    let back = headers.get(header::REFERER).and_then(|v| v.to_str().ok()).map(path_of).unwrap_or("/");
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, back.to_owned())]).into_response()
}

/// What stands behind scheme and host; so nobody is led elsewhere.
fn path_of(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = behind.find('/').map_or("/", |at| &behind[at..]);
    if path.starts_with("//") { "/" } else { path }
}

/// A phrase with its blanks filled in.
pub fn say(phrase: &str, blanks: &[&dyn Display]) -> String {
    let fill =
        |text: String, (at, value): (usize, &&dyn Display)| text.replace(&format!("{{{at}}}"), &value.to_string());
    blanks.iter().enumerate().fold(phrase.to_owned(), fill)
}

/// A part of the phrases: `name: English, Korean;`.
macro_rules! words {
    ($(#[$what:meta])+ $part:ident; $($name:ident: $english:literal, $korean:literal;)+) => {
        $(#[$what])+
        #[allow(missing_docs, reason = "each says itself")]
        pub struct $part {
            $(pub $name: &'static str,)+
        }

        impl $part {
            pub(super) const ENGLISH: Self = Self { $($name: $english,)+ };
            pub(super) const KOREAN: Self = Self { $($name: $korean,)+ };
        }
    };
}

mod common;
mod doors;
mod figures;
mod form;
mod gallery;
pub mod keys;
mod oidc;
pub mod operations;
pub mod outage;
mod twins;

/// Makes one of all parts.
macro_rules! parts {
    ($($(#[$what:meta])+ $part:ident: $of:ident;)+) => {
        /// All phrases: those of [`common::Common`] are its own, the others stand in parts.
        pub struct Words {
            common: common::Common,
            $($(#[$what])+ pub $part: $part::$of,)+
        }

        static ENGLISH: Words = Words { common: common::Common::ENGLISH, $($part: $part::$of::ENGLISH,)+ };
        static KOREAN: Words = Words { common: common::Common::KOREAN, $($part: $part::$of::KOREAN,)+ };
    };
}

parts! {
    /// Imports and exports.
    doors: Doors;
    /// Of usage, limits and reports.
    figures: Figures;
    /// The editor of recipes.
    form: Form;
    /// Links for clients.
    gallery: Gallery;
    /// Coming in by a provider.
    oidc: Oidc;
    /// Of operations.
    operations: Operations;
    /// Of engines that are away.
    outage: Outage;
    /// Of uploads of files that are there already.
    twins: Twins;
}

impl Deref for Words {
    type Target = common::Common;

    fn deref(&self) -> &Self::Target {
        &self.common
    }
}

impl Words {
    /// What a role is called.
    pub fn role_of(&self, role: &Role) -> &'static str {
        match role {
            Role::Owner => self.owner,
            Role::Operator => self.operator,
            Role::Viewer => self.viewer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &'static str) -> Language {
        Language::of(&HeaderMap::from_iter([(name, HeaderValue::from_static(value))]))
    }

    #[test]
    fn the_browser_is_asked_unless_somebody_chose() {
        let asked = |text| with(header::ACCEPT_LANGUAGE, text);
        assert_eq!(asked("ko-KR,ko;q=0.9,en;q=0.8"), Language::Ko);
        assert_eq!(asked("en;q=0.5, KO;q=0.9"), Language::Ko);
        assert_eq!(asked("de, en"), Language::En);
        assert_eq!(asked("ko;q=0, fr"), Language::En);
        assert_eq!(with(header::COOKIE, "a=b; rawmill-language=ko"), Language::Ko);
        assert_eq!(with(header::COOKIE, "rawmill-language=xx"), Language::En);
    }

    #[test]
    fn going_back_stays_in_the_house() {
        assert_eq!(path_of("https://lab.example/batches?cursor=4"), "/batches?cursor=4");
        assert_eq!(path_of("https://lab.example"), "/");
        assert_eq!(path_of("https://lab.example//evil.example/"), "/");
    }

    #[test]
    fn blanks_are_filled_in_any_order() {
        assert_eq!(say("{1} of {0}", &[&1, &"x"]), "x of 1");
    }
}

//! Why somebody who is back from the provider stays outside: a word that the console has a phrase for, and what exactly.

use crate::web::problem::Problem;
use oidc::OidcError;
use std::fmt::Display;

/// Words for it, one side in a URL and what they are as a problem.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $kind:ident;)+) => {
        /// Why somebody stays outside.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Why { $($(#[$doc])* $name),+ }

        impl Why {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// In the URL of a page.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            fn problem(self, detail: &str) -> Problem {
                match self { $(Self::$name => Problem::$kind(detail)),+ }
            }
        }
    };
}

reasons! {
    /// It is not the answer to where they left from here, or comes too late.
    Stale = "stale", conflict;
    /// They did not want to, or the provider does not let them.
    Declined = "declined", forbidden;
    /// The provider is away or does not speak as it must.
    Provider = "provider", unavailable;
    /// What it says is not to be believed.
    Invalid = "invalid", forbidden;
    /// There were too many tries from their address.
    TooMany = "too-many", too_many;
    /// Nobody knows them, and nobody is let in who was not invited.
    Stranger = "stranger", forbidden;
    /// Somebody has their login already.
    LoginTaken = "login-taken", conflict;
    /// Somebody else is connected with this identity, or they are with another one.
    Connected = "connected", conflict;
    /// The user is disabled.
    Disabled = "disabled", forbidden;
    /// The invitation is over.
    Invitation = "invitation", not_found;
    /// Something of ours is away.
    Ours = "ours", unavailable;
}

impl Why {
    /// The one of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|why| why.word() == word)
    }
}

/// Somebody stays outside.
#[derive(Debug)]
pub struct Refused {
    pub why: Why,
    /// Boxed, as it is large.
    problem: Box<Problem>,
}

impl Refused {
    pub fn new(why: Why, detail: impl Display) -> Self {
        Self { why, problem: Box::new(why.problem(&detail.to_string())) }
    }

    /// With the time after which it is worth trying again.
    pub fn after(self, seconds: u64) -> Self {
        Self { problem: Box::new(self.problem.after(seconds)), ..self }
    }

    /// For whoever is no page.
    pub fn problem(self) -> Problem {
        *self.problem
    }

    pub fn detail(&self) -> &str {
        &self.problem.detail
    }
}

impl From<OidcError> for Refused {
    fn from(error: OidcError) -> Self {
        let why = match error {
            OidcError::Provider(_) => Why::Provider,
            OidcError::Code(_) | OidcError::Token(_) => Why::Invalid,
        };
        Self::new(why, error)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self { why: Why::Ours, problem: Box::new(problem) }
    }
}

impl From<ledger::LedgerError> for Refused {
    fn from(error: ledger::LedgerError) -> Self {
        Problem::from(error).into()
    }
}

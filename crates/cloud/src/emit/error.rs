//! Why a design has no template.

/// Why a design has no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmitError {
    /// The design says something that a template cannot say, or that AWS would understand otherwise.
    #[error("{what} is not supported: {why}")]
    NotSupported {
        /// Which part of the design.
        what: String,
        /// What stands in the way, and what to do.
        why: String,
    },
    /// Two names leave the same letters and digits, and a template has no others.
    #[error("`{first}` and `{second}` both become {id} in a template: rename one of them")]
    SameName {
        /// The one that came first.
        first: String,
        /// The other.
        second: String,
        /// What both become.
        id: String,
    },
}

impl EmitError {
    /// Something cannot be said.
    pub(super) fn unsupported(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::NotSupported { what: what.into(), why: why.into() }
    }
}

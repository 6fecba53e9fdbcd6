//! What can go wrong between a decoded photo and its renditions.

use photo::PhotoError;

/// An error of the pipeline. Lowercase, one line; the photo's name is added by whoever knows it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DevelopError {
    /// Decoding, encoding or colour failed.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// The recipe asks for something that this photo cannot give.
    #[error("{step}: {why}")]
    Step {
        /// Name of the operation as the recipe writes it.
        step: &'static str,
        /// What is wrong, and what to do.
        why: String,
    },
    /// An asset that the recipe names was not supplied.
    #[error("asset `{id}` is missing")]
    AssetMissing {
        /// Its id.
        id: String,
    },
    /// A program run by `exec` failed.
    #[error("tool `{tool}` failed: {why}")]
    Tool {
        /// Its name.
        tool: String,
        /// Exit status and last words.
        why: String,
    },
}

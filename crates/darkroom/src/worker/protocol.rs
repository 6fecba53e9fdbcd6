//! What parent and child say to each other.

use super::Usage;
use crate::task::{Failure, Header};
use crate::work::{Facts, Worked};
use develop::Recipe;
use serde::{Deserialize, Serialize};

/// From parent to child.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Once, at the start. No reply.
    Settings {
        /// Use the plain kernels.
        plain: bool,
        /// Largest picture in megapixels.
        max_megapixels: u64,
    },
    /// The assets of the next photos: their ids in the order of their descriptors, with their length in bytes. No reply.
    Assets(Vec<(String, u64)>),
    /// The recipe of the next photos. No reply.
    Recipe(Box<Recipe>),
    /// Read this file's header; beside it the input's descriptor.
    Header {
        /// File name.
        name: String,
        /// Bytes to read.
        bytes: u64,
    },
    /// Give back the memory of the file.
    Forget,
    /// Make these renditions; beside it the input's descriptor, then one for each output.
    Develop {
        /// Names of the renditions, in the order of their descriptors.
        wanted: Vec<String>,
    },
    /// Tell all about this file; beside it its descriptor, and where the preview is wanted one to write it to.
    Look {
        /// File name.
        name: String,
        /// Bytes to read.
        bytes: u64,
    },
    /// Beside it a file to put the tool's picture into, or why the tool cannot be used.
    ToolFile(Result<(), String>),
    /// Beside it the file that the tool wrote, or why it failed.
    ToolDone(Result<(), String>),
}

/// From child to parent.
#[derive(Debug, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "one at a time, on its way to the line")]
pub enum Reply {
    /// Ready for work, with what the kernel lacks.
    Ready(Vec<String>),
    /// The header, or why not.
    Header(Result<Header, Failure>, Usage),
    /// The memory is given back.
    Forgotten,
    /// The tool of this name is wanted; [`Request::ToolFile`] answers.
    ToolWanted(String),
    /// The picture is in the file; [`Request::ToolDone`] answers.
    ToolReady,
    /// What the file says.
    Facts(Result<Facts, Failure>),
    /// The renditions are written, or why not.
    Done(Result<Worked, Failure>, Usage),
    /// The work panicked with these words; the child ends now.
    Panicked(String),
}

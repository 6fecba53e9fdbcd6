//! What travels, as `/v1/openapi.json` of a server describes it. Only what this client needs of it; a server may send more.

use serde::{Deserialize, Serialize};

/// A page of a list.
#[derive(Debug, Clone, Deserialize)]
pub struct Listed<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Cursor of the next page; absent on the last one.
    pub next: Option<String>,
}

/// What an uploaded file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// To be developed.
    Photo,
    /// Named by recipes.
    Asset,
}

/// An upload to open.
#[derive(Debug, Serialize)]
pub struct NewUpload<'a> {
    /// What for.
    pub kind: Kind,
    /// Path below the folder that was pushed, with `/`.
    pub name: &'a str,
    /// Bytes.
    pub size: u64,
}

/// An upload as it stands.
#[derive(Debug, Clone, Deserialize)]
pub struct Upload {
    /// Its id, such as `upl_12`.
    pub id: String,
    /// `open`, `completed` or `aborted`.
    pub state: String,
    /// Bytes of every part but the last.
    pub part_size: u64,
    /// Number of parts.
    pub part_count: u32,
    /// Parts that have arrived.
    pub arrived: Vec<Part>,
    /// Links for parts that have not; the first thousand.
    pub links: Vec<Link>,
}

/// A part that has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// From 1.
    pub number: u32,
    /// As the answer to its PUT said.
    pub etag: String,
}

/// Where a part is to be PUT.
#[derive(Debug, Clone, Deserialize)]
pub struct Link {
    /// From 1.
    pub number: u32,
    /// Its bytes, exactly.
    pub size: u64,
    /// A presigned URL; a secret.
    pub url: String,
}

/// Links.
#[derive(Debug, Deserialize)]
pub struct Links {
    /// In the order in which they were asked for.
    pub links: Vec<Link>,
}

/// A photo or asset.
#[derive(Debug, Clone, Deserialize)]
pub struct Object {
    /// Its id, such as `pho_12`.
    pub id: String,
}

/// A recipe to add.
#[derive(Debug, Serialize)]
pub struct NewRecipe<'a> {
    /// Its name.
    pub name: &'a str,
    /// TOML.
    pub text: &'a str,
}

/// A version of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Its name.
    pub name: String,
    /// From 1.
    pub version: u32,
}

/// A batch to submit.
#[derive(Debug, Serialize)]
pub struct NewBatch<'a> {
    /// Which recipe.
    pub recipe: &'a Recipe,
    /// Ids of the photos.
    pub photos: &'a [String],
}

/// A batch as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Batch {
    /// Its id, such as `bat_12`.
    pub id: String,
    /// Name of its recipe.
    pub recipe: String,
    /// `sealed`, `closed`, `cancelling` or `cancelled`.
    pub state: String,
    /// In numbers.
    pub totals: Totals,
    /// When it was submitted, as RFC 3339 has it.
    #[serde(default)]
    pub submitted: String,
}

impl Batch {
    /// Nothing more will happen to it, unless dead letters are redriven.
    pub fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "closed" | "cancelled")
    }

    /// Somebody has cancelled it.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.state.as_str(), "cancelling" | "cancelled")
    }

    /// Every photo has its renditions.
    pub fn is_complete(&self) -> bool {
        self.is_over() && self.totals.succeeded == self.totals.found
    }
}

/// A batch in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Totals {
    /// All photos.
    pub found: u64,
    /// Their renditions are stored.
    pub succeeded: u64,
    /// Dead letters.
    pub failed: u64,
    /// Given up with the batch.
    pub cancelled: u64,
    /// Without an outcome.
    pub remaining: u64,
}

/// What a batch took.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Report {
    /// Its id, such as `bat_12`.
    pub batch: String,
    /// `sealed`, `closed`, `cancelling` or `cancelled`.
    pub state: String,
    /// In numbers.
    pub totals: Totals,
    /// Seconds from its submission to its end, or until the answer.
    pub wall_s: f64,
    /// Bytes of photos.
    pub bytes_in: u64,
    /// Bytes of renditions.
    pub bytes_out: u64,
    /// Memory.
    pub memory: Memory,
    /// Time that photos waited.
    pub waits: Waits,
    /// Most first.
    pub stages: Vec<Stage>,
    /// How long photos took.
    pub times: Times,
    /// Those that took longest.
    pub slowest: Vec<Slow>,
}

/// Memory, in bytes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Memory {
    /// Largest memory of a worker.
    pub largest_peak: u64,
}

/// Seconds that photos waited, summed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Waits {
    /// For memory.
    pub memory_s: f64,
    /// For seats.
    pub seats_s: f64,
}

/// A stage of the work.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Summed over the photos.
    pub seconds: f64,
}

/// Seconds a photo.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Times {
    /// Half of them took no longer.
    pub p50_s: f64,
    /// 99 of a hundred took no longer.
    pub p99_s: f64,
}

/// A photo that took long.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Slow {
    /// Name of its file.
    pub photo: String,
    /// Seconds.
    pub seconds: f64,
}

/// A photo of a batch.
#[derive(Debug, Clone, Deserialize)]
pub struct Task {
    /// Its id, such as `tsk_12`.
    pub id: String,
    /// The photo.
    pub photo: String,
    /// Name of its file.
    pub name: String,
    /// From first to newest.
    pub attempts: Vec<Attempt>,
}

/// An attempt to develop a photo.
#[derive(Debug, Clone, Deserialize)]
pub struct Attempt {
    /// What went wrong.
    pub fault: Option<Fault>,
}

/// What went wrong with a photo.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fault {
    /// What could not be done.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do; empty where nothing helps.
    #[serde(default)]
    pub advice: String,
}

/// A finished picture.
#[derive(Debug, Clone, Deserialize)]
pub struct Rendition {
    /// Of this task.
    pub task: String,
    /// Its name in the recipe.
    pub rendition: String,
    /// Where it goes below the output folder.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// CRC-32 (IEEE) of its bytes, eight hexadecimal digits.
    pub crc32: String,
    /// A presigned URL; a secret.
    pub url: Option<String>,
}

/// The first key of a service.
#[derive(Deserialize)]
pub struct MadeKey {
    /// The key.
    pub key: crate::login::Key,
}

/// What a redrive did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Redriven {
    /// So many dead letters wait for a worker again.
    pub tasks: u64,
}

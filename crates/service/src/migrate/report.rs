//! What came of a move: for people a table, for programs JSON.

use serde::Serialize;
use std::fmt;

/// What was moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Nothing was; it was only looked at.
    pub dry_run: bool,
    /// Tables, in the order in which they move.
    pub rows: Vec<Carried>,
    /// Bytes.
    pub objects: Objects,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// Its name.
    pub what: String,
    /// Rows in the source.
    pub found: u64,
    /// Of these, not in the destination before.
    pub moved: u64,
    /// SHA-256 of all rows, which are the same on both sides; empty where nothing was moved.
    pub sha256: String,
}

/// Photos, assets and renditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Objects {
    /// Objects that the ledger names.
    pub found: u64,
    /// Their bytes, as the ledger says.
    pub bytes: u64,
    /// Those not in the destination before.
    pub moved: u64,
    /// In the source, but not as the ledger says: key and why. They are moved as they are.
    pub damaged: Vec<(String, String)>,
    /// Named by the ledger, and not in the source.
    pub missing: Vec<String>,
}

impl Moved {
    /// Is everything in the destination as the ledger says.
    pub fn is_whole(&self) -> bool {
        self.objects.damaged.is_empty() && self.objects.missing.is_empty()
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let moved = if self.dry_run { "TO MOVE" } else { "MOVED" };
        writeln!(f, "WHAT\tFOUND\t{moved}\tSHA-256")?;
        for row in &self.rows {
            writeln!(f, "{}\t{}\t{}\t{}", row.what, row.found, row.moved, row.sha256)?;
        }
        let Objects { found, bytes, moved, damaged, missing } = &self.objects;
        writeln!(f, "objects\t{found}\t{moved}\t{bytes} bytes")?;
        for (key, why) in damaged {
            writeln!(f, "damaged\t{key}\t{why}")?;
        }
        for key in missing {
            writeln!(f, "missing\t{key}")?;
        }
        Ok(())
    }
}

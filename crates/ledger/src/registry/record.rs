//! What goes into the registry and what comes out.

use crate::record::{TenantId, Timestamp};
use crate::states::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// What an object is for.
    ObjectKind, "object kind" {
        /// A picture to be developed.
        Photo = "photo",
        /// A logo, font or profile that recipes name.
        Asset = "asset",
    }
}

worded! {
    /// Where an upload stands.
    UploadState, "upload state" {
        /// Parts are taken.
        Open = "open",
        /// Its object is there.
        Completed = "completed",
        /// Given up.
        Aborted = "aborted",
    }
}

worded! {
    /// What a key may do.
    Scope, "scope" {
        /// Look at what the tenant has.
        Read = "read",
        /// Upload, submit, cancel, delete.
        Write = "write",
        /// Make and remove keys.
        Admin = "admin",
    }
}

/// A key to add. The secret itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Whose.
    pub tenant: TenantId,
    /// For people.
    pub name: String,
    /// The part that finds it; unique.
    pub prefix: String,
    /// Hash of the whole key.
    pub hash: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Until when.
    pub expires: Option<Timestamp>,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its number.
    pub id: i64,
    /// As it was added.
    pub new: NewKey,
    /// When.
    pub created: Timestamp,
    /// When it was last seen.
    pub last_used: Option<Timestamp>,
}

/// A version of a recipe; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Its name.
    pub name: String,
    /// From 1.
    pub version: u32,
    /// TOML or JSON.
    pub text: String,
    /// When it was added.
    pub created: Timestamp,
}

/// An upload to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// Whose.
    pub tenant: TenantId,
    /// What it is to become.
    pub kind: ObjectKind,
    /// Name of the customer's file.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes as the customer says, in hexadecimal digits.
    pub sha256: Option<String>,
    /// Bytes of every part but the last.
    pub part_size: u64,
    /// Where it will lie in the store.
    pub key: String,
    /// The store's word for the upload.
    pub ticket: String,
    /// Until when parts are taken.
    pub expires: Timestamp,
}

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its number; its object has the same.
    pub id: i64,
    /// As it was opened.
    pub new: NewUpload,
    /// Where it stands.
    pub state: UploadState,
    /// When it was opened.
    pub created: Timestamp,
}

/// The answer to an upload that wants to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It is open.
    Upload(i64),
    /// The tenant would have more than its quota.
    OverQuota {
        /// Bytes that it has already.
        stored: u64,
    },
}

/// Bytes in the store, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub tenant: TenantId,
    /// What it is for.
    pub kind: ObjectKind,
    /// Name of the customer's file.
    pub name: String,
    /// Where it lies in the store.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// What it is, found by looking at it.
    pub media_type: String,
    /// SHA-256 of its bytes, where someone has computed it.
    pub sha256: Option<String>,
    /// When it came.
    pub created: Timestamp,
}

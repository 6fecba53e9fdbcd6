//! Numbers as customers see them: `bat_12` is a batch, whatever field it stands in.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use utoipa::PartialSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// An id with its prefix.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let digits = text.strip_prefix(concat!($prefix, "_")).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
                let number = digits.and_then(|d| d.parse().ok());
                number.map(Self).ok_or_else(|| format!(concat!("expected ", $prefix, "_NUMBER, found `{}`"), text.escape_debug()))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let pattern = concat!("^", $prefix, "_[0-9]{1,19}$");
                let example = concat!($prefix, "_12");
                let string = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
                string.examples([serde_json::json!(example)]).into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

ids! {
    /// A batch.
    BatchId = "bat";
    /// A task.
    TaskId = "tsk";
    /// A photo.
    PhotoId = "pho";
    /// An asset.
    AssetId = "ast";
    /// An upload.
    UploadId = "upl";
    /// A key.
    KeyId = "key";
    /// A user.
    UserId = "usr";
    /// A session.
    SessionId = "ses";
    /// An invitation.
    InvitationId = "inv";
    /// A link to a batch.
    ShareId = "shr";
    /// A webhook.
    WebhookId = "whk";
    /// A delivery to a webhook.
    DeliveryId = "dlv";
    /// An import.
    ImportId = "imp";
    /// An export.
    ExportId = "exp";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_was_written() {
        assert_eq!("bat_12".parse(), Ok(BatchId(12)));
        assert_eq!(BatchId(12).to_string(), "bat_12");
        for wrong in ["12", "bat_", "bat_+1", "bat_-1", "pho_12", "bat_99999999999999999999", "bat_1/../2"] {
            assert!(wrong.parse::<BatchId>().is_err(), "{wrong}");
        }
    }
}

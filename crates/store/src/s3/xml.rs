//! The documents that a bucket sends and takes, as far as they are read.

use super::Failure;
use crate::{ETag, PartNumber, PartTag, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A page of objects.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ObjectList {
    #[serde(default)]
    pub(super) is_truncated: bool,
    pub(super) next_continuation_token: Option<String>,
    #[serde(default)]
    pub(super) contents: Vec<Listed>,
}

/// An object of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    pub(super) key: String,
    pub(super) last_modified: String,
    #[serde(rename = "ETag")]
    pub(super) etag: String,
    pub(super) size: u64,
}

/// A page of uploads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UploadList {
    #[serde(default)]
    pub(super) is_truncated: bool,
    pub(super) next_key_marker: Option<String>,
    pub(super) next_upload_id_marker: Option<String>,
    #[serde(default, rename = "Upload")]
    pub(super) uploads: Vec<ListedUpload>,
}

/// An upload of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedUpload {
    pub(super) key: String,
    pub(super) upload_id: String,
    pub(super) initiated: String,
}

/// A page of parts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PartList {
    #[serde(default)]
    pub(super) is_truncated: bool,
    pub(super) next_part_number_marker: Option<u32>,
    #[serde(default, rename = "Part")]
    pub(super) parts: Vec<ListedPart>,
}

/// A part of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedPart {
    pub(super) part_number: u32,
    #[serde(rename = "ETag")]
    pub(super) etag: String,
    pub(super) size: u64,
}

/// An upload that was begun.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Begun {
    pub(super) upload_id: String,
}

/// An upload that became an object.
#[derive(Debug, Deserialize)]
pub(super) struct Completed {
    #[serde(rename = "ETag")]
    pub(super) etag: String,
}

/// The parts that make an object.
#[derive(Debug, Serialize)]
struct CompleteMultipartUpload {
    #[serde(rename = "Part")]
    parts: Vec<Chosen>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Chosen {
    part_number: u16,
    #[serde(rename = "ETag")]
    etag: String,
}

impl ListedPart {
    pub(super) fn tag(self) -> Result<PartTag, Failure> {
        let number = PartNumber::new(self.part_number).map_err(|_| Failure::Strange("a part has no number"))?;
        Ok(PartTag { number, size: self.size, etag: etag(&self.etag)? })
    }
}

/// Reads a document.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    quick_xml::de::from_str(text).map_err(|_| Failure::Strange("its document cannot be read"))
}

/// Writes the list of parts.
pub(super) fn complete(parts: &[PartTag]) -> Result<String, Failure> {
    let chosen = |tag: &PartTag| Chosen { part_number: tag.number.get(), etag: tag.etag.to_string() };
    let list = CompleteMultipartUpload { parts: parts.iter().map(chosen).collect() };
    quick_xml::se::to_string(&list).map_err(|_| Failure::Strange("the list of parts cannot be written"))
}

/// A tag as it stands in a header or a document.
pub(super) fn etag(text: &str) -> Result<ETag, Failure> {
    ETag::parse(text).map_err(|_| Failure::Strange("an object has no strong tag"))
}

/// A time of a document, to the second, which is all that a header tells of it.
pub(super) fn time(text: &str) -> Result<Timestamp, Failure> {
    let time: jiff::Timestamp = text.parse().map_err(|_| Failure::Strange("a time cannot be read"))?;
    Ok(Timestamp(time.as_second() * 1_000))
}

/// A time of a header.
pub(super) fn http_time(text: &str) -> Result<Timestamp, Failure> {
    let time = jiff::fmt::rfc2822::parse(text).map_err(|_| Failure::Strange("a date cannot be read"))?;
    Ok(Timestamp(time.timestamp().as_second() * 1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_as_they_are_published() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>b</Bucket><Key>k</Key>
            <UploadId>XXBsb2FkIElEIGZv</UploadId><Initiator><ID>i</ID></Initiator><PartNumberMarker>1</PartNumberMarker>
            <NextPartNumberMarker>3</NextPartNumberMarker><MaxParts>2</MaxParts><IsTruncated>true</IsTruncated>
            <Part><PartNumber>2</PartNumber><LastModified>2010-11-10T20:48:34.000Z</LastModified>
            <ETag>"7778aef83f66abc1fa1e8477f296d394"</ETag><Size>10485760</Size></Part>
            <Part><PartNumber>3</PartNumber><ETag>&quot;aaaa18db4cc2f85cedef654fccc4a4x8&quot;</ETag><Size>1</Size></Part>
            </ListPartsResult>"#;
        let page: PartList = read(text).unwrap();
        assert_eq!((page.is_truncated, page.next_part_number_marker), (true, Some(3)));
        let tags: Vec<_> = page.parts.into_iter().map(|part| part.tag().unwrap()).collect();
        assert_eq!(tags[1].etag.as_str(), "aaaa18db4cc2f85cedef654fccc4a4x8");
        let written = complete(&tags[..1]).unwrap();
        assert!(written.contains("<PartNumber>2</PartNumber>"), "{written}");
        assert!(written.starts_with("<CompleteMultipartUpload><Part>"), "{written}");
    }

    #[test]
    fn a_list_may_be_empty_and_times_agree() {
        let empty: ObjectList =
            read("<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>").unwrap();
        assert!(empty.contents.is_empty() && !empty.is_truncated);
        let listed = time("2009-10-12T17:50:30.123Z").unwrap();
        assert_eq!(listed, http_time("Mon, 12 Oct 2009 17:50:30 GMT").unwrap());
    }
}

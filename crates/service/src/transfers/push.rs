//! A rendition of an export: put into the customer's bucket, unless it is there.

use super::buckets::{self, Bucket, fault};
use super::plan::Plan;
use super::work::{Desk, Fault};
use crate::house::House;
use crate::worker::input;
use futures_util::TryStreamExt;
use ledger::transfers::{Errand, Made};
use store::Kind;

/// Takes one there.
pub async fn push(house: &House, errand: &Errand, desk: &Desk) -> Result<Made, Fault> {
    let plan = Plan::read(&errand.transfer.new.what).map_err(Fault::refused)?;
    let place = plan.place.ok_or_else(|| Fault::refused("it names no bucket"))?;
    let bucket = buckets::find(house, errand, &place).await?;
    let (name, size) = (bucket.name(&join(&place.prefix, &errand.item.new.name)), errand.item.new.size.unwrap_or(0));
    let (key, crc32) = source(&errand.item.new.source)?;
    match there(bucket, &name, size, crc32).await? {
        There::Same => return Ok(Made::File(size)),
        There::Other if !plan.overwrite => {
            return Err(Fault::refused("another object has this name there; ask with `overwrite` to replace it"));
        }
        There::Other | There::Nothing => {}
    }
    let file = input::file(house, key, &desk.0).await.map_err(|error| Fault::again(error.to_string()))?;
    bucket.names.put(&name, &file).await.map_err(|error| fault(&error))?;
    Ok(Made::File(size))
}

/// `prefix/name`; nothing before the name where there is no prefix.
fn join(prefix: &str, name: &str) -> String {
    match prefix.trim_end_matches('/') {
        "" => name.to_owned(),
        prefix => format!("{prefix}/{name}"),
    }
}

/// The key of a rendition and the CRC-32 of its bytes.
fn source(text: &str) -> Result<(&str, u32), Fault> {
    let read = text.split_once(' ').and_then(|(key, crc)| Some((key, u32::from_str_radix(crc, 16).ok()?)));
    read.ok_or_else(|| Fault::refused("it names no rendition"))
}

/// What has the name by now.
enum There {
    Nothing,
    Same,
    Other,
}

/// The bytes are read: a tag says nothing of them where keys of KMS encrypt, or parts were joined.
async fn there(bucket: &Bucket, name: &str, size: u64, crc32: u32) -> Result<There, Fault> {
    let mut object = match bucket.names.get(name).await {
        Ok(object) if object.head.size == size => object,
        Ok(_) => return Ok(There::Other),
        Err(error) if error.kind() == Kind::NotFound => return Ok(There::Nothing),
        Err(error) => return Err(fault(&error)),
    };
    let mut hash = crc32fast::Hasher::new();
    while let Some(block) = object.body.try_next().await.map_err(|_| Fault::again("the bucket broke off"))? {
        hash.update(&block);
    }
    Ok(if hash.finalize() == crc32 { There::Same } else { There::Other })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_stands_before_a_name_with_one_slash() {
        assert_eq!(join("", "a/b.jpg"), "a/b.jpg");
        assert_eq!(join("out", "b.jpg"), "out/b.jpg");
        assert_eq!(join("out/", "b.jpg"), "out/b.jpg");
    }
}

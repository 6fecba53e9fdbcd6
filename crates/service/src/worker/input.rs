//! A photo from the store as a file of this machine.

use super::orders::OrderError;
use crate::house::House;
use crate::web::Problem;
use sha2::Digest;
use std::io::Read;
use std::path::{Path, PathBuf};
use store::{Key, Store};

/// Where the photo under this key can be read: in the store itself, or as a copy in `folder`, which is made.
pub async fn file(house: &House, key: &str, folder: &Path) -> Result<PathBuf, OrderError> {
    let key = Key::parse(key).map_err(|e| OrderError::Unreadable(e.to_string()))?;
    if let Some(path) = house.store.local_file(&key).await? {
        return Ok(path);
    }
    tokio::fs::create_dir_all(folder).await.map_err(OrderError::Photo)?;
    // The extension tells some decoders apart.
    let path = folder.join(key.segments().last().unwrap_or("photo"));
    house.store.fetch(&key, &path).await?;
    Ok(path)
}

/// Why a photo cannot be read on this machine, for a customer.
pub fn cannot_read(error: std::io::Error) -> Problem {
    OrderError::Photo(error).into()
}

/// Compares a photo's bytes with the hash that its customer announced, if one did.
pub async fn compare(input: &Path, announced: Option<&str>) -> Result<(), OrderError> {
    let Some(announced) = announced else { return Ok(()) };
    let path = input.to_path_buf();
    let found = tokio::task::spawn_blocking(move || sha256(&path)).await;
    let found = found.map_err(std::io::Error::other).flatten().map_err(OrderError::Photo)?;
    if found == announced { Ok(()) } else { Err(OrderError::Differs { found, announced: announced.into() }) }
}

/// SHA-256 of a file, in hexadecimal digits.
fn sha256(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hasher, mut block) = (std::fs::File::open(path)?, sha2::Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hex::encode(hasher.finalize())),
            n => hasher.update(&block[..n]),
        }
    }
}

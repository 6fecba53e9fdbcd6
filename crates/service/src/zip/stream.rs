//! The bytes of an archive, as they come from the store.
//!
//! Whoever reads them gets the archive of the list or an error, never another one: an object that is gone, or of another
//! size or CRC-32, ends the stream.

use super::{Archive, Item};
use crate::house::House;
use archive::Piece;
use futures_util::stream::{self, TryStreamExt};
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Body, Key, Store};

/// These bytes of an archive.
pub fn body(house: Arc<House>, archive: Arc<Archive>, range: Range<u64>) -> Body {
    let of = Arc::clone(&archive);
    let pieces = stream::try_unfold(range, move |mut left| {
        let piece = of.layout.next(&mut left);
        async move { Ok::<_, io::Error>(piece.map(|piece| (piece, left))) }
    });
    let open = move |piece| {
        let (house, archive) = (Arc::clone(&house), Arc::clone(&archive));
        async move {
            match piece {
                Piece::Bytes(bytes) => Ok(store::body::bytes(bytes)),
                Piece::Of { file, range } => open(&house, &archive.list.files[file], range).await,
            }
        }
    };
    Box::pin(pieces.and_then(open).try_flatten())
}

/// The same bytes, and how many have gone by.
pub fn counted(body: Body, done: Arc<AtomicU64>) -> Body {
    Box::pin(body.inspect_ok(move |block| _ = done.fetch_add(block.len() as u64, Ordering::Relaxed)))
}

async fn open(house: &House, item: &Item, range: Range<u64>) -> io::Result<Body> {
    let whole = range == (0..item.size);
    let key = Key::parse(&item.key).map_err(io::Error::other)?;
    let object = house.store.get(&key, Some(range).filter(|_| !whole)).await;
    let object = object.map_err(|error| broken(item, &error.to_string()))?;
    if object.head.size != item.size {
        return Err(broken(item, &format!("it has {} bytes, not {}", object.head.size, item.size)));
    }
    Ok(if whole { compared(object.body, item.clone()) } else { object.body })
}

/// The bytes of a whole file, and an error behind them if they are not those of the list.
fn compared(body: Body, item: Item) -> Body {
    Box::pin(stream::try_unfold((body, crc32fast::Hasher::new(), item), async |(mut body, mut hash, item)| match body
        .try_next()
        .await
        .map_err(|error| broken(&item, &error.to_string()))?
    {
        Some(block) => {
            hash.update(&block);
            Ok(Some((block, (body, hash, item))))
        }
        None if hash.clone().finalize() == item.crc32 => Ok(None),
        None => Err(broken(&item, "its bytes have another CRC-32")),
    }))
}

fn broken(item: &Item, why: &str) -> io::Error {
    tracing::error!(key = item.key, why, "an archive breaks off");
    io::Error::other(format!("`{}`: {why}", item.key))
}

//! Bytes on their way, in blocks.

use crate::{ETag, Part, PartTag, Sha256, StoreError};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use sha2::Digest;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::pin::Pin;

/// The bytes of an object or a part, in blocks of any size. What comes out of one store can go into another.
///
/// An error ends it: whoever reads it must not take the end of the stream for the end of the bytes after that.
pub type Body = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// How much a store reads or writes at a time.
pub(crate) const BLOCK: usize = 1 << 18;

/// These bytes, as one block.
pub fn bytes(bytes: impl Into<Bytes>) -> Body {
    Box::pin(stream::iter([Ok(bytes.into())]))
}

/// The bytes of a file.
pub async fn file(path: &Path) -> io::Result<Body> {
    let path = path.to_owned();
    let (file, size) = blocking(move || {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok((file, size))
    })
    .await?;
    Ok(read(file, size))
}

/// All of it at once: for small objects.
pub async fn collect(body: Body) -> io::Result<Vec<u8>> {
    body.try_fold(Vec::new(), async |mut all, block| {
        all.extend_from_slice(&block);
        Ok(all)
    })
    .await
}

/// The next `size` bytes of a file, of which one block is held at a time.
pub(crate) fn read(file: File, size: u64) -> Body {
    Box::pin(stream::try_unfold((file, size), async |(file, left)| match left {
        0 => Ok(None),
        _ => blocking(move || block(file, left)).await.map(Some),
    }))
}

/// A block, and the file with what is left of it.
fn block(mut file: File, left: u64) -> io::Result<(Bytes, (File, u64))> {
    let mut block = vec![0; usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK))];
    file.read_exact(&mut block)?;
    let left = left - block.len() as u64;
    Ok((block.into(), (file, left)))
}

/// The next block of a body, as the store sees it.
pub(crate) async fn next(body: &mut Body) -> Result<Option<Bytes>, StoreError> {
    body.next().await.transpose().map_err(StoreError::Body)
}

/// Does file work where it holds nobody up. Once begun it runs to its end, even if nobody waits for it any more.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn(work).await?
}

/// The same for work that explains its errors itself; the outer error is that of a runtime that is shutting down.
pub(crate) async fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| match e.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => io::Error::other("the runtime is shutting down"),
    })
}

/// Looks at bytes on their way in.
pub(crate) trait Watch: Send + 'static {
    /// Takes the next bytes into account, or refuses them.
    fn see(&mut self, bytes: &[u8]) -> Result<(), StoreError>;
}

/// Whatever comes is welcome.
impl Watch for () {
    fn see(&mut self, _bytes: &[u8]) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Holds a part that comes in against what was announced.
pub(crate) struct Meter {
    part: Part,
    found: u64,
    hash: sha2::Sha256,
}

impl Watch for Meter {
    /// Refuses what is more than announced.
    fn see(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let Part { number, size: declared, .. } = self.part;
        self.found = self.found.saturating_add(bytes.len() as u64);
        if self.found > declared {
            return Err(StoreError::Long { number, declared });
        }
        self.hash.update(bytes);
        Ok(())
    }
}

impl Meter {
    pub(crate) fn new(part: Part) -> Self {
        Self { part, found: 0, hash: sha2::Sha256::new() }
    }

    /// The tag of the whole part; refuses what is less than announced, or different.
    pub(crate) fn end(self) -> Result<PartTag, StoreError> {
        let Part { number, size, sha256 } = self.part;
        if self.found < size {
            return Err(StoreError::Short { number, declared: size, found: self.found });
        }
        let found = Sha256(self.hash.finalize().into());
        match sha256 {
            Some(declared) if declared != found => Err(StoreError::Checksum { number, declared, found }),
            _ => Ok(PartTag { number, size, etag: ETag::of(found.to_string()) }),
        }
    }
}

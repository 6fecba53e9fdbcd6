//! Bodies as they pass: counted, compared, and cut where a fault says so. One block is held back, so that the last one
//! goes only when all were right.

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use sha2::{Digest, Sha256};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

/// How the passage of a body ended, for whoever answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Fate(Arc<AtomicU8>);

const CUT: u8 = 1;
const OTHER: u8 = 2;

impl Fate {
    pub(super) fn is_cut(&self) -> bool {
        self.0.load(Ordering::SeqCst) == CUT
    }

    pub(super) fn is_other(&self) -> bool {
        self.0.load(Ordering::SeqCst) == OTHER
    }

    fn end(&self, how: u8, why: &'static str) -> std::io::Error {
        self.0.store(how, Ordering::SeqCst);
        std::io::Error::other(why)
    }
}

/// A body on its way through.
pub(super) struct Guard<B> {
    body: B,
    hint: SizeHint,
    hash: Sha256,
    expected: Option<String>,
    /// Bytes after which it is cut.
    left: Option<u64>,
    held: Option<Bytes>,
    over: bool,
    fate: Fate,
}

impl<B: Body> Guard<B> {
    /// Lets a body through whose SHA-256 is the expected one, if one is; and of it the first bytes, if they are limited.
    pub(super) fn new(body: B, expected: Option<String>, left: Option<u64>, fate: Fate) -> Self {
        let hint = body.size_hint();
        Self { body, hint, hash: Sha256::new(), expected, left, held: None, over: false, fate }
    }

    /// What is still let through of a block.
    fn limit(&mut self, block: Bytes) -> Bytes {
        let Some(left) = self.left else { return block };
        let taken = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.left = Some(left - taken as u64);
        block.slice(..taken)
    }

    /// The end has come: is it the right one?
    fn end(&mut self) -> Result<Option<Bytes>, std::io::Error> {
        self.over = true;
        let found = hex::encode(self.hash.clone().finalize());
        match &self.expected {
            _ if self.left.is_some() => Err(self.fate.end(CUT, "cut by a fault")),
            Some(expected) if *expected != found => Err(self.fate.end(OTHER, "not the bytes that were signed")),
            _ => Ok(self.held.take()),
        }
    }
}

impl<B> Body for Guard<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = self.get_mut();
        loop {
            if this.over {
                return Poll::Ready(None);
            }
            if this.left == Some(0) && this.held.is_none() {
                return Poll::Ready(Some(Err(this.fate.end(CUT, "cut by a fault"))));
            }
            let sent = match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Err(e)) => Err(std::io::Error::other(e)),
                None => this.end(),
                Some(Ok(frame)) => {
                    let block = frame.into_data().unwrap_or_default();
                    this.hash.update(&block);
                    let block = this.limit(block);
                    Ok(this.held.replace(block))
                }
            };
            match sent {
                Err(e) => return Poll::Ready(Some(Err(e))),
                Ok(Some(block)) if !block.is_empty() => return Poll::Ready(Some(Ok(Frame::data(block)))),
                Ok(_) => {}
            }
            if this.left == Some(0) {
                let held = this.held.take().unwrap_or_default();
                if !held.is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(held))));
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}

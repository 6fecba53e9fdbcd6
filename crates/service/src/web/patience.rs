//! Bodies from outside, which may not make us wait for ever.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::TryStreamExt;
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A sender that sends nothing for so long has gone.
const SILENCE: Duration = Duration::from_secs(30);
/// Time that any body has, however slow.
const GRACE: Duration = Duration::from_secs(60);
/// Bytes a second that a body needs beyond that.
const SLOWEST: u64 = 1_024;

/// Ends a body that comes too slowly, with an error to whoever reads it.
pub async fn limit(request: Request, next: Next) -> Response {
    next.run(request.map(impatient)).await
}

fn impatient(body: Body) -> Body {
    let begun = Instant::now();
    let blocks = Box::pin(body.into_data_stream());
    Body::from_stream(futures_util::stream::try_unfold((blocks, 0), move |(mut blocks, received)| async move {
        let next = timeout_at(deadline(begun, Instant::now(), received), blocks.try_next()).await;
        let block: Option<Bytes> = next.map_err(|_| too_slow())?.map_err(io::Error::other)?;
        Ok::<_, io::Error>(block.map(|block| {
            let received = received + block.len() as u64;
            (block, (blocks, received))
        }))
    }))
}

/// When the next block of a body must be there, of which so many bytes came until now.
fn deadline(begun: Instant, now: Instant, received: u64) -> Instant {
    (now + SILENCE).min(begun + GRACE + Duration::from_secs(received / SLOWEST))
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a sender lasts that sends so many bytes after each pause; `None` for one that lasts a day.
    fn lasts(pause: Duration, bytes: u64) -> Option<Duration> {
        let begun = Instant::now();
        let (mut now, mut received) = (begun, 0);
        while now < begun + Duration::from_secs(86_400) {
            let deadline = deadline(begun, now, received);
            if now + pause > deadline {
                return Some(deadline - begun);
            }
            (now, received) = (now + pause, received + bytes);
        }
        None
    }

    #[test]
    fn who_falls_silent_is_given_up() {
        assert_eq!(lasts(SILENCE + Duration::from_secs(1), 1 << 20), Some(SILENCE));
    }

    #[test]
    fn who_trickles_is_given_up_soon() {
        let after = lasts(Duration::from_secs(1), 1).expect("given up");
        assert!((GRACE..GRACE + SILENCE).contains(&after), "{after:?}");
    }

    #[test]
    fn who_is_slow_but_steady_is_waited_for() {
        assert_eq!(lasts(Duration::from_secs(20), 64 << 10), None);
    }

    #[tokio::test]
    async fn what_comes_in_time_comes_whole() {
        let whole = axum::body::to_bytes(impatient(Body::from("photo")), 10).await;
        assert_eq!(whole.ok().as_deref(), Some(&b"photo"[..]));
    }
}

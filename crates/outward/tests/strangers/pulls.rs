//! Files that are fetched, and places to which they have moved.

use super::*;
use outward::Coming;

const PAUSE: Duration = Duration::from_secs(2);

pub async fn pull(outward: &Outward, url: &str) -> Result<(u16, Vec<u8>), OutwardError> {
    let mut coming: Coming = outward.pull(url, "rawmill", PAUSE).await?;
    let mut bytes = Vec::new();
    while let Some(block) = coming.next().await? {
        bytes.extend_from_slice(&block);
    }
    Ok((coming.status.as_u16(), bytes))
}

/// A server that redirects to where it is told.
fn leading_to(url: &str) -> String {
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n");
    let (place, _) = serve("127.0.0.2:0".parse().unwrap(), move |_, stream| drop(stream.write_all(answer.as_bytes())));
    format!("http://{place}/")
}

#[test]
fn a_file_that_has_moved_is_found() {
    let (place, asked) = answering("127.0.0.2:0", FINE);
    let outward = Outward::new(&settings(&["127.0.0.2/32"]), LIMITS).unwrap();
    let url = leading_to(&leading_to(&format!("http://{place}/a")));
    assert_eq!(block_on(pull(&outward, &url)).unwrap(), (200, b"ok".to_vec()));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn every_place_that_it_moves_to_is_looked_at() {
    let (trap, trapped) = answering("127.0.0.1:0", FINE);
    let outward = Outward::new(&settings(&["127.0.0.2/32"]), LIMITS).unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "10.0.0.1",
        "[fd00:ec2::254]",
    ] {
        let url = leading_to(&leading_to(&format!("http://{host}:{}/", trap.port())));
        let error = block_on(pull(&outward, &url)).unwrap_err();
        assert!(matches!(error, OutwardError::Inside { .. }), "{host}: {error}");
    }
    for place in ["file:///etc/passwd", "http://127.0.0.2:22/", "http://me:s3cret@127.0.0.2:8009/"] {
        let error = block_on(pull(&outward, &leading_to(place))).unwrap_err();
        assert!(matches!(error, OutwardError::Url { .. }) && !error.to_string().contains("s3cret"), "{place}: {error}");
    }
    assert_eq!(trapped.load(Ordering::SeqCst), 0, "nobody knocked");
}

#[test]
fn whoever_goes_round_in_circles_is_left() {
    let (place, asked) = answering("127.0.0.1:0", "HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n");
    let outward = Outward::new(&settings(&["127.0.0.0/8"]), LIMITS).unwrap();
    let error = block_on(pull(&outward, &format!("http://{place}/"))).unwrap_err();
    assert!(error.to_string().contains("redirects more than 5 times"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 6);
}

#[test]
fn a_file_that_breaks_off_or_stands_still_is_none() {
    let outward = Outward::new(&settings(&["127.0.0.0/8"]), LIMITS).unwrap();
    let (place, _) = answering("127.0.0.1:0", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort");
    let error = block_on(pull(&outward, &format!("http://{place}/"))).unwrap_err();
    assert!(matches!(error, OutwardError::Broken(_)), "{error}");
    let (place, _) = serve("127.0.0.1:0".parse().unwrap(), |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort");
        let _ = stream.read(&mut [0; 64]);
    });
    let error = block_on(pull(&outward, &format!("http://{place}/"))).unwrap_err();
    assert_eq!(error.to_string(), "no bytes within 2 s");
}

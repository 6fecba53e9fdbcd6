//! What only we can reach, and ways to it.

use super::*;

#[test]
fn addresses_of_our_own_are_refused_before_anything_is_sent() {
    let (trap, asked) = answering("127.0.0.1:0", FINE);
    let outward = Outward::new(&settings(&[]), LIMITS).unwrap();
    let port = trap.port();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "[::]",
        "169.254.169.254",
        "10.0.0.1",
        "[fd00:ec2::254]",
    ] {
        let url = format!("http://{host}:{port}/");
        let error = block_on(post(&outward, &url)).unwrap_err();
        assert!(matches!(error, OutwardError::Inside { .. }), "{url}: {error}");
        assert!(matches!(block_on(outward.check(&url)), Err(OutwardError::Inside { .. })), "{url}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody knocked");
}

#[test]
fn a_name_with_one_address_inside_is_refused_as_a_whole() {
    let (trap, asked) = answering("127.0.0.1:0", FINE);
    let names = Names::are(&[&["8.8.8.8", "127.0.0.1"]]);
    let outward = Outward::resolving(&settings(&[]), LIMITS, names).unwrap();
    let error = block_on(post(&outward, &format!("http://both.example:{}/", trap.port()))).unwrap_err();
    assert!(matches!(error, OutwardError::Inside { address, .. } if address.is_loopback()), "{error}");
    assert!(!error.to_string().contains("127.0"), "a stranger is not told what our names mean: {error}");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// The first answer is a place that is allowed, every other one is not: whoever looked once and connected by name would
/// come to the trap.
#[test]
fn the_connection_goes_to_the_address_that_was_checked() {
    let (place, asked) = answering("127.0.0.2:0", FINE);
    let (_, trapped) = answering(&format!("127.0.0.1:{}", place.port()), FINE);
    let names = Names::are(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let outward = Outward::resolving(&settings(&["127.0.0.2/32"]), LIMITS, names.clone()).unwrap();
    let url = format!("http://rebound.example:{}/", place.port());
    assert_eq!(block_on(post(&outward, &url)).unwrap().status, 200);
    assert_eq!(names.asked.load(Ordering::SeqCst), 1, "a name is looked up once");
    let error = block_on(post(&outward, &url)).unwrap_err();
    assert!(matches!(error, OutwardError::Inside { .. }), "the next request is checked anew: {error}");
    assert_eq!((asked.load(Ordering::SeqCst), trapped.load(Ordering::SeqCst)), (1, 0));
}

/// One that stays open would be used again without a look at where it goes.
#[test]
fn no_connection_serves_twice() {
    let (place, asked) = serve("127.0.0.1:0".parse().unwrap(), |_, stream| {
        let _ = stream.write_all(FINE.as_bytes());
        std::mem::forget(stream.try_clone());
    });
    let outward = Outward::new(&settings(&["127.0.0.0/8"]), LIMITS).unwrap();
    block_on(async {
        for _ in 0..3 {
            assert_eq!(post(&outward, &format!("http://{place}/")).await.unwrap().status, 200);
        }
    });
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[test]
fn no_redirect_is_followed() {
    let (trap, trapped) = answering("127.0.0.1:0", FINE);
    for status in [301, 302, 303, 307, 308] {
        let to = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
            trap.port()
        );
        let (place, _) = serve("127.0.0.2:0".parse().unwrap(), move |_, stream| drop(stream.write_all(to.as_bytes())));
        let outward = Outward::new(&settings(&["127.0.0.0/8"]), LIMITS).unwrap();
        assert_eq!(block_on(post(&outward, &format!("http://{place}/"))).unwrap().status, status);
    }
    assert_eq!(trapped.load(Ordering::SeqCst), 0);
}

#[test]
fn a_name_without_an_address_says_so() {
    let outward = Outward::resolving(&settings(&[]), LIMITS, Names::are(&[&[]])).unwrap();
    let error = block_on(post(&outward, "http://nowhere.example/")).unwrap_err();
    assert_eq!(error.to_string(), "`nowhere.example` cannot be resolved: it has no address");
}

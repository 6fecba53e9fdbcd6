//! Servers that are slow, huge, or hang up.

use super::*;

fn ours() -> Outward {
    Outward::new(&settings(&["127.0.0.0/8"]), LIMITS).unwrap()
}

#[test]
fn an_answer_comes_with_its_head_and_body() {
    let (place, _) = serve("127.0.0.1:0".parse().unwrap(), |head, stream| {
        let answer = format!("HTTP/1.1 418 Teapot\r\nretry-after: 7\r\ncontent-length: {}\r\n\r\n{head}", head.len());
        drop(stream.write_all(answer.as_bytes()));
    });
    let outward = Outward::new(&settings(&["127.0.0.0/8"]), Limits { body: 4_096, ..LIMITS }).unwrap();
    let request = Request::post("http://other.example/").header("webhook-id", "msg_1").body(b"hello".to_vec()).unwrap();
    let answer = block_on(outward.fetch(&format!("http://{place}/a?b=c#d"), request)).unwrap();
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["retry-after"], answer.cut),
        (418, &"7".parse().unwrap(), false)
    );
    let head = String::from_utf8(answer.body).unwrap().to_lowercase();
    assert!(head.starts_with("post /a?b=c http/1.1\r\n") && head.contains(&format!("\r\nhost: {place}\r\n")), "{head}");
    assert!(head.contains("\r\nwebhook-id: msg_1\r\n") && head.contains("\r\ncontent-length: 5\r\n"), "{head}");
}

#[test]
fn of_a_huge_answer_no_more_is_read_than_was_asked_for() {
    let (place, _) = serve("127.0.0.1:0".parse().unwrap(), |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000000\r\n\r\n");
        while stream.write_all(&[b'x'; 65_536]).is_ok() {}
    });
    let answer = block_on(post(&ours(), &format!("http://{place}/"))).unwrap();
    assert_eq!((answer.status.as_u16(), answer.body, answer.cut), (200, vec![b'x'; 64], true));
}

#[test]
fn nobody_is_waited_for_longer_than_the_limit() {
    for begin in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nslow"] {
        let (place, _) = serve("127.0.0.1:0".parse().unwrap(), move |_, stream| {
            let _ = stream.write_all(begin.as_bytes());
            // Until the other side gives up.
            let _ = stream.read(&mut [0; 64]);
            let _ = stream.read(&mut [0; 64]);
        });
        let error = block_on(post(&ours(), &format!("http://{place}/"))).unwrap_err();
        assert_eq!(error.to_string(), "no whole answer within 2 s", "after {begin:?}");
    }
}

#[test]
fn an_answer_that_breaks_off_is_none() {
    for begin in ["", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort", "SSH-2.0-OpenSSH_9.2\r\n"] {
        let (place, _) = answering("127.0.0.1:0", begin);
        let error = block_on(post(&ours(), &format!("http://{place}/"))).unwrap_err();
        assert!(matches!(error, OutwardError::Broken(_)), "{begin:?}: {error}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = block_on(post(&ours(), &format!("http://{gone}/"))).unwrap_err();
    assert!(error.to_string().contains("cannot connect"), "{error}");
}

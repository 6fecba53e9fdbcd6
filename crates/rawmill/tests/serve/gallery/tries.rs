//! Wrong passcodes: after a few of them nobody looks at another one, at any server.

use super::*;

fn from(guest: &Guest, address: &str, gallery: &str, passcode: &str) -> u16 {
    let said = Some(json!({ "passcode": passcode }));
    let got = guest.send("POST", &format!("{gallery}/passcode"), said, &[("x-forwarded-for", address)]);
    let waits = got.header("retry-after").parse::<u64>().is_ok_and(|after| (600..=901).contains(&after));
    assert_eq!(waits, got.status == 429, "{}", got.text());
    got.status
}

#[test]
fn a_passcode_has_five_tries_over_all_servers() {
    let lab = Lab::open_with("[console]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    let (_process, url) = lab.another(&["--role", "web"]);
    let batch = develop(&lab, 1);
    let [(_, gallery), (_, other)] = [(); 2].map(|()| share(&lab, &batch, json!({ "passcode": "six ch" })));
    let (here, there) = (Guest::at(&lab.url), Guest::at(&url));
    for at in 0..12 {
        assert_eq!(
            from(&here, &format!("192.0.2.{}", at % 2), &gallery, "six ch"),
            204,
            "what is right uses up nothing"
        );
    }
    for at in 0..5 {
        let guest = if at % 2 == 0 { &here } else { &there };
        assert_eq!(from(guest, &format!("192.0.2.{at}"), &gallery, "six cx"), 422);
    }
    assert_eq!([&here, &there].map(|guest| from(guest, "192.0.2.77", &gallery, "six ch")), [429; 2]);
    assert_eq!(from(&there, "192.0.2.0", &other, "six ch"), 204, "another link");
}

#[test]
fn an_address_has_twenty_tries_over_all_links() {
    let lab = Lab::open_with("[console]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    let batch = develop(&lab, 1);
    let galleries = [(); 5].map(|()| share(&lab, &batch, json!({ "passcode": "six ch" })).1);
    let guest = Guest::at(&lab.url);
    for at in 0..20 {
        assert_eq!(from(&guest, &format!("2001:db8::{at:x}"), &galleries[at % 4], "six cx"), 422);
    }
    assert_eq!(from(&guest, "2001:db8::ffff", &galleries[4], "six ch"), 429);
    assert_eq!(from(&guest, "2001:db8:0:1::1", &galleries[4], "six ch"), 204, "another network");
}

#[test]
fn archives_are_asked_for_in_measure() {
    let lab = Lab::open();
    let batch = develop(&lab, 1);
    let (_, gallery) = share(&lab, &batch, json!({}));
    let guest = Guest::at(&lab.url);
    let statuses: Vec<_> =
        (0..40).map(|_| guest.send("POST", &format!("{gallery}/zip"), Some(json!({})), &[]).status).collect();
    assert!(statuses[..30].iter().all(|status| *status == 200) && statuses[35..].contains(&429), "{statuses:?}");
    assert_eq!(lab.post(&format!("/v1/batches/{batch}/zip"), json!({})).0, 200, "whose batch it is may go on");
}

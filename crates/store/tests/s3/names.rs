//! Objects under names that others chose.

use super::common::{MOTO, credentials, options, proxy};
use servers::{Action, Fault};
use store::conformance::content;
use store::s3::Names;
use store::*;

const ODD: [&str; 4] = ["day 1/Tür & Tor+1 (2).nef", "day 1/%41?#[].nef", "day 1/a\\b.nef", "Day 2/~!*'.nef"];

#[tokio::test]
async fn any_name_comes_back_as_it_was_and_nothing_is_beside_it() {
    let (proxy, folder) = (proxy(), tempfile::TempDir::new().unwrap());
    let names = Names::new(options(&proxy.url()), credentials()).unwrap();
    // The last is larger than a part of the house.
    for (at, name) in ODD.iter().enumerate() {
        let (bytes, file) = (content(at as u64, if at == 3 { 9 << 20 } else { 500 }), folder.path().join("from"));
        std::fs::write(&file, &bytes).unwrap();
        if at == 3 {
            // The answer to the completion is lost: it was done all the same.
            proxy.fault(Fault { skip: 1, ..Fault::times("POST ", 1, Action::Lose) });
        }
        assert_eq!(names.put(name, &file).await.unwrap().size, bytes.len() as u64);
        let listed = names.list(name, 9).await.unwrap();
        assert_eq!(listed.iter().map(|object| object.name.as_str()).collect::<Vec<_>>(), [*name]);
        let to = folder.path().join(format!("to-{at}"));
        names.fetch(name, &listed[0].head.etag, &to).await.unwrap().unwrap();
        assert!(std::fs::read(to).unwrap() == bytes && file.exists(), "{name}");
    }
    let all = names.list("", 99).await.unwrap();
    assert_eq!(all.len(), ODD.len(), "nothing is written down beside them: {all:?}");
    assert_eq!((names.list("day 1/", 2).await.unwrap().len(), names.list("day 1/", 99).await.unwrap().len()), (2, 3));
    assert_eq!(proxy.count("denied"), 0);
}

#[tokio::test]
async fn an_object_that_was_replaced_since_is_not_fetched() {
    let folder = tempfile::TempDir::new().unwrap();
    let names = Names::new(options(&MOTO.url()), credentials()).unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::write(&from, "old").unwrap();
    let old = names.put("a", &from).await.unwrap();
    std::fs::write(&from, "new").unwrap();
    names.put("a", &from).await.unwrap();
    assert_eq!(names.fetch("a", &old.etag, &to).await.unwrap(), None);
    assert!(!to.exists());
    assert_eq!(names.fetch("b", &old.etag, &to).await.unwrap_err().kind(), Kind::NotFound);
}

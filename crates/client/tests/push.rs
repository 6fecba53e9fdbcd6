//! A whole push against a small mill, broken off at every single request.

mod common;

use client::recipe::Wanted;
use client::upload::Source;
use client::{Journal, Order, Pushed, push};
use common::mill::Mill;
use common::{Reply, Request, Server, client, problem};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A mill whose answers `trouble` may replace: before the mill hears the request, or after.
fn mill(mut trouble: impl FnMut(&Request) -> Trouble + Send + 'static) -> (Server, Arc<Mutex<Mill>>) {
    let mill = Arc::new(Mutex::new(Mill::default()));
    let inside = Arc::clone(&mill);
    let server = Server::start(move |request| {
        let mut mill = inside.lock().unwrap();
        match trouble(request) {
            Trouble::None => mill.answer(request),
            Trouble::Unheard => Reply::Break,
            Trouble::Ended => problem(403, "forbidden", "the link has ended"),
            Trouble::Unanswered => {
                mill.answer(request);
                Reply::Break
            }
        }
    });
    mill.lock().unwrap().url = server.url.clone();
    (server, mill)
}

#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    Unheard,
    Unanswered,
    Ended,
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        for (name, bytes) in [("a.raw", "0123456789abcdefghijABC"), ("b.raw", "short"), ("c.raw", "bad photo")] {
            fs::write(folder.path().join("in").join(name), bytes).unwrap();
        }
        Self(folder)
    }

    fn out(&self) -> std::path::PathBuf {
        self.0.path().join("out")
    }

    fn sources(&self) -> Vec<Source> {
        let source = |name: &str| Source::of(&self.0.path().join("in").join(name), format!("day/{name}")).unwrap();
        ["a.raw", "b.raw", "c.raw"].map(source).to_vec()
    }

    fn push(&self, url: &str, tries: u32) -> Result<Pushed, client::Failure> {
        let (client, out) = (client(url, tries), self.out());
        let journal = Journal::open(&out.join(".rawmill"), url)?;
        let recipe = Wanted::Named("web".into());
        let sources = self.sources();
        let order = Order { sources: &sources, recipe: &recipe, out: Some(&out), force: false, wait: true };
        push(&client, &journal, &order, &|_| {})
    }

    /// All files of the output folder but our own.
    fn files(&self) -> BTreeMap<String, String> {
        files(&self.out(), "")
    }
}

fn files(folder: &Path, below: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_name() == ".rawmill" {
        } else if entry.file_type().unwrap().is_dir() {
            all.extend(files(&entry.path(), &format!("{name}/")));
        } else {
            all.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
    all
}

fn check(folder: &Folder, mill: &Mutex<Mill>, pushed: &Pushed) {
    let told: Vec<_> = pushed.failures.iter().map(|f| (f.what.clone(), f.cause.why(), f.cause.hint())).collect();
    let path = folder.0.path().join("in/c.raw").display().to_string();
    assert_eq!(told, [(format!("cannot develop `{path}`"), "it is bad".to_owned(), "take another".to_owned())]);
    let expected = [("day/a.raw.jpg", "CBAjihgfedcba9876543210"), ("day/b.raw.jpg", "trohs")];
    assert_eq!(folder.files(), expected.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
    let mill = mill.lock().unwrap();
    assert_eq!(mill.batches.len(), 1, "one batch");
    assert_eq!(mill.batches[0].1["recipe"], serde_json::json!({ "name": "web", "version": 3 }));
}

#[test]
fn a_folder_goes_up_and_its_renditions_come_down() {
    let (server, mill) = mill(|_| Trouble::None);
    let folder = Folder::new();
    check(&folder, &mill, &folder.push(&server.url, 1).unwrap());
    let puts = server.count("PUT", "/");
    check(&folder, &mill, &folder.push(&server.url, 1).unwrap());
    assert_eq!((puts, server.count("PUT", "/"), server.count("GET", "/made")), (5, 5, 2), "nothing is sent twice");
}

#[test]
fn a_push_that_breaks_off_anywhere_goes_on_there() {
    for how in [Trouble::Unheard, Trouble::Unanswered] {
        for at in 1.. {
            let mut count = 0;
            let (server, mill) = mill(move |_| {
                count += 1;
                if count == at { how } else { Trouble::None }
            });
            let folder = Folder::new();
            // A client without patience stands for one that is killed.
            if folder.push(&server.url, 1).is_ok() {
                assert_eq!(at, 19, "each of the 18 requests of a push was broken once");
                break;
            }
            check(&folder, &mill, &folder.push(&server.url, 1).unwrap());
            assert!(server.count("PUT", "/") <= 6, "more than one part was sent twice after request {at}");
        }
    }
}

#[test]
fn a_patient_push_needs_no_second_one() {
    let mut count = 0;
    let (server, mill) = mill(move |_| {
        count += 1;
        [Trouble::Unheard, Trouble::Unanswered, Trouble::None, Trouble::None, Trouble::None][count % 5]
    });
    let folder = Folder::new();
    check(&folder, &mill, &folder.push(&server.url, 30).unwrap());
}

#[test]
fn a_link_that_has_ended_is_replaced() {
    let mut tried = std::collections::BTreeSet::new();
    let (server, mill) = mill(move |request| {
        let ends = request.method == "PUT" && tried.insert(request.path.clone());
        if ends { Trouble::Ended } else { Trouble::None }
    });
    let folder = Folder::new();
    check(&folder, &mill, &folder.push(&server.url, 2).unwrap());
    let signed = |r: &&Request| r.path.ends_with("parts:sign");
    assert_eq!(server.seen.lock().unwrap().iter().filter(signed).count(), 5);
}

#[test]
fn a_file_that_changes_is_another_photo_and_another_batch() {
    let (server, mill) = mill(|_| Trouble::None);
    let folder = Folder::new();
    folder.push(&server.url, 1).unwrap();
    fs::write(folder.0.path().join("in/b.raw"), "other").unwrap();
    folder.push(&server.url, 1).unwrap();
    assert_eq!(folder.files()["day/b.raw.jpg"], "rehto", "what a push has made, a push may replace");
    assert_eq!((mill.lock().unwrap().batches.len(), server.count("PUT", "/")), (2, 6));
}

#[test]
fn a_photo_that_cannot_be_sent_costs_itself_alone() {
    let (server, _mill) = mill(|_| Trouble::None);
    let folder = Folder::new();
    fs::write(folder.0.path().join("in/c.raw"), "").unwrap();
    let pushed = folder.push(&server.url, 1).unwrap();
    let path = folder.0.path().join("in/c.raw").display().to_string();
    let told: Vec<_> = pushed.failures.iter().map(ToString::to_string).collect();
    assert_eq!(told, [format!("cannot upload `{path}`: an empty file is no photo")]);
    assert_eq!(pushed.batch.unwrap().totals.found, 2);
}

#[test]
fn the_pictures_of_a_recipe_go_before_it() {
    let (server, mill) = mill(|_| Trouble::None);
    let folder = Folder::new();
    fs::write(folder.0.path().join("logo.png"), "a logo of many bytes").unwrap();
    let text = "version = 1\n[watermark]\nimage = \"logo.png\"\n[[renditions]]\nname = \"web\"\nwidth = 64\n\
                encode = { format = \"jpeg\" }\n";
    let recipe = develop::Recipe::parse(text, develop::recipe::Format::Toml).unwrap();
    let wanted =
        Wanted::Given { name: "mine".into(), recipe: Box::new(recipe.clone()), folder: folder.0.path().into() };
    let journal = Journal::open(&folder.out(), &server.url).unwrap();
    for _ in 0..2 {
        let settled = client::recipe::settle(&client(&server.url, 1), &journal, &wanted).unwrap();
        assert_eq!((settled.name.as_str(), settled.version), ("mine", 1));
    }
    let mill = mill.lock().unwrap();
    assert_eq!((mill.uploads.len(), mill.uploads[0].kind.as_str()), (1, "asset"));
    let added = mill.recipes[0]["text"].as_str().unwrap();
    let added = develop::Recipe::parse(added, develop::recipe::Format::Toml).unwrap();
    assert_eq!(added.assets(), [("ast_1", develop::recipe::AssetKind::Picture)]);
    assert_eq!(added.renditions, recipe.renditions);
}

#[test]
fn a_journal_is_held_by_one_push_and_survives_a_torn_line() {
    let folder = tempfile::tempdir().unwrap();
    let first = Journal::open(folder.path(), "http://a").unwrap();
    first.note_fetched("x.jpg", 1, 2).unwrap();
    let second = Journal::open(folder.path(), "http://a").unwrap_err().to_string();
    assert!(second.contains("another push is at it"), "{second}");
    drop(first);
    let path = folder.path().join(client::journal::FILE);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [&whole[..], b"{\"fetched\":{\"pa"].concat()).unwrap();
    let third = Journal::open(folder.path(), "http://a").unwrap();
    assert_eq!(third.fetched("x.jpg"), Some((1, 2)));
    third.note_fetched("y.jpg", 3, 4).unwrap();
    drop(third);
    assert_eq!(Journal::open(folder.path(), "http://a").unwrap().fetched("y.jpg"), Some((3, 4)));
    assert_eq!(Journal::open(folder.path(), "http://b").unwrap().fetched("y.jpg"), None, "another server");
}

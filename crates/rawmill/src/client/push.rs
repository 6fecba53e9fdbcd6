//! `rawmill push`: a folder goes to the server, its renditions come back.

use super::{code, connect, lock, show, state_folder, stop_on_signals, tell, timed_summary};
use crate::args::PushArgs;
use crate::progress::Meter;
use crate::say::{self, Trouble};
use crate::shell::print;
use crate::{DONE, SOME_FAILED, files, photos};
use batch::Listing;
use client::recipe::{Wanted, is_name};
use client::upload::Source;
use client::{Client, Event, Failure, Journal, Order, Patience, Pushed};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Sends photos, waits, and brings the renditions; or goes on with it.
pub fn push(args: &PushArgs) -> Result<u8, Trouble> {
    let began = Instant::now();
    let client = connect(Patience::default())?;
    let recipe = recipe(&args.recipe)?;
    let listing = photos::list(&args.walk, args.out.as_deref())?;
    let _lock = args.out.as_deref().map(lock).transpose()?;
    let journal = Journal::open(&folder(args, &client)?, client.url())?;
    stop_on_signals(args)?;
    let pushed = work(args, &client, &journal, &recipe, &listing)?;
    finish(args, &client, &listing, pushed, began)
}

/// A file if it looks like one, a name otherwise.
fn recipe(text: &str) -> Result<Wanted, Trouble> {
    if is_name(text) {
        return Ok(Wanted::Named(text.into()));
    }
    let path = Path::new(text);
    let recipe = Box::new(files::recipe(path)?);
    let name = path.file_stem().and_then(|s| s.to_str()).filter(|s| is_name(s)).map(str::to_owned);
    let hint = "a recipe on the server has a name of 1 to 64 letters, digits, `-` and `_`: rename the file";
    let name =
        name.ok_or_else(|| Trouble::new(format!("cannot add `{text}`"), "its name cannot be a recipe's", hint))?;
    Ok(Wanted::Given { name, recipe, folder: path.parent().unwrap_or(Path::new("")).into() })
}

/// Where the journal is: with the renditions, or by what is asked.
fn folder(args: &PushArgs, client: &Client) -> Result<PathBuf, Trouble> {
    if let Some(out) = &args.out {
        return Ok(out.join(batch::lock::FOLDER));
    }
    let mut hash = blake3::Hasher::new();
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let paths = args.walk.paths.iter().map(absolute);
    let words = [client.url().into(), args.recipe.clone().into()].into_iter().chain(paths.map(PathBuf::into_os_string));
    for word in words {
        hash.update(word.as_encoded_bytes()).update(&[0]);
    }
    Ok(state_folder()?.join(format!("push-{}", &hash.finalize().to_hex()[..16])))
}

fn work(
    args: &PushArgs,
    client: &Client,
    journal: &Journal,
    recipe: &Wanted,
    listing: &Listing,
) -> Result<Pushed, Trouble> {
    let source = |found: &batch::Found| Source {
        path: found.path.clone(),
        name: found.relative.clone(),
        size: found.input.size,
        modified_ns: found.input.modified_ns,
    };
    let sources: Vec<Source> = listing.photos.iter().map(source).collect();
    let bytes = sources.iter().map(|s| s.size).sum();
    let meter = Mutex::new((Meter::new(0, args.quiet), 0));
    let watch = |event: Event| watch(args, &mut meter.lock().unwrap_or_else(PoisonError::into_inner), bytes, &event);
    let (out, force, wait) = (args.out.as_deref(), args.force, !args.no_wait);
    let pushed = client::push(client, journal, &Order { sources: &sources, recipe, out, force, wait }, &watch);
    meter.into_inner().unwrap_or_else(PoisonError::into_inner).0.clear();
    let unknown = |f: &Failure| matches!(recipe, Wanted::Named(_)) && f.cause.status() == Some(404);
    let hint = "--recipe with a file, such as ./web.toml, adds it to the server";
    pushed.map_err(|f| if unknown(&f) { Trouble { hint: hint.into(), ..f.into() } } else { f.into() })
}

/// The meter, and how many renditions have come.
fn watch(args: &PushArgs, (meter, fetched): &mut (Meter, u64), bytes: u64, event: &Event) {
    const MB: u64 = 1_000_000;
    match event {
        Event::Sent(sent) => meter.say(sent / MB, bytes.div_ceil(MB), "MB sent", ""),
        Event::Submitted(id) if !args.quiet => {
            meter.clear();
            say::note(format!("submitted as {id}"));
        }
        Event::Submitted(_) => {}
        Event::Standing(batch) => show(meter, batch),
        Event::Fetched(rendition) => {
            *fetched += 1;
            meter.say(*fetched, *fetched, "renditions here", &rendition.path.escape_debug().to_string());
        }
    }
}

fn finish(args: &PushArgs, client: &Client, listing: &Listing, pushed: Pushed, began: Instant) -> Result<u8, Trouble> {
    let Pushed { batch, failures } = pushed;
    let Some(batch) = batch else {
        tell(failures, "");
        return Err(Trouble::new("no photo could be uploaded", "", ""));
    };
    if args.json {
        let id = client::api::BatchId::of(&batch)?;
        print(format!("{}\n", client.batch::<serde_json::Value>(&id)?).as_bytes())?;
    } else if args.no_wait {
        print(format!("{}\n", batch.id).as_bytes())?;
    }
    let sent = args.no_wait && failures.is_empty();
    let code = if sent { DONE } else { code(&batch, &failures) };
    if !args.quiet && !args.no_wait {
        say::note(timed_summary(&batch.totals, began.elapsed().as_secs_f64()));
    }
    tell(failures, &format!("all of them: rawmill batch wait {}", batch.id));
    Ok(if listing.problems.is_empty() { code } else { code.max(SOME_FAILED) })
}

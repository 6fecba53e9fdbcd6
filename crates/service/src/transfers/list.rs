//! The first step of a transfer: what is to be brought.

use super::buckets::{self, fault};
use super::plan::Plan;
use super::work::Fault;
use crate::house::House;
use crate::web::Problem;
use crate::web::uploads::is_name;
use crate::zip::gather::{self, Choice};
use batch::kinds::Kind;
use ledger::transfers::{Errand, Made, NewItem, Transfers};
use std::ffi::OsStr;
use store::s3::Named;

/// Items that are written at once, so that no heartbeat waits long behind them.
const PIECE: usize = 1_000;

/// The objects of a prefix that may be photos by their names.
pub async fn of_bucket(house: &House, errand: &Errand) -> Result<Made, Fault> {
    let plan = Plan::read(&errand.transfer.new.what).map_err(Fault::refused)?;
    let place = plan.place.ok_or_else(|| Fault::refused("it names no bucket"))?;
    let bucket = buckets::find(house, errand, &place).await?;
    let most = house.config.limits.photos_per_batch;
    let beginning = bucket.name(&place.prefix);
    // As many others may lie between the photos.
    let found = bucket.names.list(&beginning, most.saturating_mul(4)).await.map_err(|error| fault(&error))?;
    let (all, whole) = (found.len(), found.len() < most.saturating_mul(4));
    let folder = place.prefix.rfind('/').map_or("", |end| &place.prefix[..=end]);
    let item = |named: Named| {
        let below = bucket.below(&named.name)?.strip_prefix(folder)?;
        let fits = named.head.size > 0 && is_photo(below) && is_name(below);
        fits.then(|| NewItem { number: 0, name: below.into(), size: Some(named.head.size), source: named.name.clone() })
    };
    let items: Vec<_> = found.into_iter().filter_map(item).collect();
    if items.len() > most || !whole {
        let why = format!("more than {most} photos, or too much beside them, begin so; name longer prefixes");
        return Err(Fault::Refused(why));
    }
    if items.is_empty() {
        return Err(Fault::refused(format!("no photos begin so; {all} objects of other kinds do")));
    }
    let passed = all - items.len();
    write(house, errand, items).await?;
    let told = format!("{passed} objects were passed over: by their names they are no photos");
    Ok(Made::List((passed > 0).then_some(told)))
}

/// The renditions of a batch that are chosen.
pub async fn of_batch(house: &House, errand: &Errand) -> Result<Made, Fault> {
    let plan = Plan::read(&errand.transfer.new.what).map_err(Fault::refused)?;
    let batch = errand.transfer.new.batch.ok_or_else(|| Fault::refused("it names no batch"))?;
    let list = gather::gather(house, batch, &Choice { renditions: plan.renditions, tasks: plan.tasks }).await;
    let files = list.map_err(|problem| told(&problem))?.files;
    let item = |file: crate::zip::Item| {
        let source = format!("{} {:08x}", file.key, file.crc32);
        NewItem { number: 0, source, name: file.name, size: Some(file.size) }
    };
    write(house, errand, files.into_iter().map(item).collect()).await?;
    Ok(Made::List(None))
}

/// What a problem of ours means for a try.
pub fn told(problem: &Problem) -> Fault {
    let errors = problem.errors.iter().map(|mistake| format!("; {}: {}", mistake.path, mistake.what));
    let why = format!("{}{}", problem.detail, errors.collect::<String>());
    match problem.status {
        429 => Fault::Again(why, problem.retry_after_s.map(std::time::Duration::from_secs)),
        500.. => Fault::again(why),
        _ => Fault::Refused(why),
    }
}

async fn write(house: &House, errand: &Errand, items: Vec<NewItem>) -> Result<(), Fault> {
    let numbered = (1..).zip(items).map(|(number, item)| NewItem { number, ..item }).collect::<Vec<_>>();
    for piece in numbered.chunks(PIECE) {
        let taken = house.ledger.add_items(errand.transfer.id, Some(errand.item.attempt), piece).await;
        if !taken.map_err(Fault::again)? {
            return Err(Fault::again("somebody else lists it by now"));
        }
    }
    Ok(())
}

fn is_photo(name: &str) -> bool {
    !matches!(Kind::of(OsStr::new(name)), Kind::Sidecar | Kind::Other)
}

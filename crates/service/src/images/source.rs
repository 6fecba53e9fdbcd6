//! Which finished rendition a small picture is made of.

use super::link::Link;
use super::options::Picture;
use crate::house::House;
use crate::media;
use crate::order::{self, Order};
use crate::web::Problem;
use develop::recipe::{Fit, Rendition};
use ledger::{BatchId, BatchState, Ledger, Output, Page, TaskId, TenantId};

/// A finished rendition.
pub struct Source {
    /// What it is made of.
    pub output: Output,
    /// Whose it is.
    pub tenant: TenantId,
}

/// Finds it. No tenant is asked for: whoever signed the link had the key.
pub async fn find(house: &House, link: &Link, picture: &Picture) -> Result<Source, Problem> {
    let batch = house.ledger.batch(BatchId(link.batch.0)).await?;
    if batch.state == BatchState::Open {
        return Err(Problem::not_found(format!("there is no batch {}", link.batch)));
    }
    let page = Page { after: Some(link.task.0 - 1), most: 1 };
    let row = house.ledger.tasks(batch.id, None, page).await?.pop().filter(|row| row.id == TaskId(link.task.0));
    let row = row.ok_or_else(|| Problem::not_found(format!("{} has no task {}", link.batch, link.task)))?;
    let output = match &link.rendition {
        Some(name) => row.outputs.into_iter().find(|output| output.rendition == *name),
        None => fitting(row.outputs, &boxes(&batch.new.order), picture),
    };
    let missing = || Problem::not_found(format!("{} has no finished rendition for this", link.task));
    let output = output.ok_or_else(missing)?;
    match is_read(&output) {
        true => Ok(Source { output, tenant: batch.new.tenant }),
        false => Err(Problem::invalid(format!(
            "`{}` is no JPEG, PNG, WebP or TIFF, and of others no small pictures are made",
            output.rendition
        ))),
    }
}

/// The smallest one that is surely large enough, or else the largest.
fn fitting(outputs: Vec<Output>, boxes: &[Rendition], picture: &Picture) -> Option<Output> {
    let rank = |output: &Output| {
        let rendition = boxes.iter().find(|r| r.name == output.rendition);
        let area = rendition.map_or(u64::MAX, area);
        let enough = rendition.is_none_or(|r| is_enough(r, picture));
        (!enough, if enough { area } else { u64::MAX - area }, output.rendition.clone())
    };
    outputs.into_iter().filter(is_read).min_by_key(rank)
}

/// Can our decoders read it.
fn is_read(output: &Output) -> bool {
    matches!(media::by_name(&output.name), "image/jpeg" | "image/png" | "image/webp" | "image/tiff")
}

/// The renditions of a batch, as its recipe has them; none where this version cannot read it.
fn boxes(order: &str) -> Vec<Rendition> {
    let order = serde_json::from_str::<Order>(order).ok();
    order.and_then(|order| order::parse(&order.text).ok()).map_or_else(Vec::new, |recipe| recipe.renditions)
}

/// Pixels of its box. What has no bounds is as large as the photo.
fn area(rendition: &Rendition) -> u64 {
    let Rendition { width, height, .. } = rendition;
    let side = |own, other| u64::from(side(own, other).unwrap_or(1 << 16));
    side(*width, *height) * side(*height, *width)
}

/// Does a rendition in such a box have all pixels that the picture can show. Where the picture is cut and the rendition is
/// not, twice as many are spared.
fn is_enough(rendition: &Rendition, picture: &Picture) -> bool {
    let spare = if picture.fit == Fit::Cover && rendition.fit == Fit::Inside { 2 } else { 1 };
    let wanted = [side(picture.width, picture.height), side(picture.height, picture.width)];
    let enough = |has: Option<u32>, wanted: Option<u32>| {
        has.is_none_or(|has| wanted.is_some_and(|wanted| has >= wanted.saturating_mul(spare)))
    };
    enough(rendition.width, wanted[0]) && enough(rendition.height, wanted[1])
}

/// A side of a box. Photos are seldom more than twice as long as wide: so much has a side that is free.
fn side(own: Option<u32>, other: Option<u32>) -> Option<u32> {
    own.or(other.map(|pixels| pixels.saturating_mul(2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::options::{What, read};

    /// Which of these renditions, each made as this word of a recipe says, a picture is made of.
    fn of(renditions: &[(&str, &str, &str)], options: &str) -> Option<String> {
        let text = renditions.iter().fold("version = 1\n".to_owned(), |text, (name, shape, _)| {
            format!("{text}[[renditions]]\nname = \"{name}\"\n{shape}\nencode = {{ format = \"jpeg\" }}\n")
        });
        let output = |(name, _, suffix): &(&str, &str, &str)| Output {
            rendition: (*name).into(),
            rendition_hash: String::new(),
            path: String::new(),
            size: 1,
            crc32: 0,
            name: format!("{name}.{suffix}"),
        };
        let outputs = renditions.iter().map(output).collect();
        let What::Picture(picture) = read(options, 4096).unwrap().what else { panic!() };
        fitting(outputs, &order::parse(&text).unwrap().renditions, &picture).map(|output| output.rendition)
    }

    #[test]
    fn the_smallest_that_is_large_enough_is_taken() {
        let all =
            [("full", "", "jpg"), ("web", "width = 1600\nheight = 1600", "png"), ("thumb", "width = 300", "webp")];
        for (options, taken) in [
            ("w=300,h=300", "thumb"),
            ("w=301,h=10", "web"),
            ("w=800", "web"),
            ("w=801", "full"),
            ("h=150", "thumb"),
            ("h=151", "web"),
            ("w=4000", "full"),
            ("w=150,h=150,fit=cover", "thumb"),
            ("w=400,h=400,fit=cover", "web"),
            ("w=801,h=801,fit=cover", "full"),
        ] {
            assert_eq!(of(&all, options).as_deref(), Some(taken), "{options}");
        }
        assert_eq!(of(&all[1..], "w=4000").as_deref(), Some("web"), "else the largest");
        let square = [("square", "width = 500\nheight = 500\nfit = \"cover\"", "jpg"), all[0]];
        assert_eq!(of(&square, "w=500,h=500,fit=cover").as_deref(), Some("square"));
    }

    #[test]
    fn what_is_not_read_is_not_taken() {
        let others = [("a", "width = 400", "avif"), ("b", "width = 400", "jxl")];
        assert_eq!(of(&others, "w=300"), None);
        let others = [others[0], ("web", "width = 100", "jpg")];
        assert_eq!(of(&others, "w=300").as_deref(), Some("web"));
    }
}

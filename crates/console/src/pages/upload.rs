//! Photos go to the store from here; `upload.js` does it, with the API of uploads.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use service::web::Shop;
use service::web::recipes::{self, Recipe};

#[derive(Template)]
#[template(path = "upload.html")]
struct Upload {
    frame: Frame,
    recipes: Vec<Recipe>,
    /// Extensions of files that can be photos, for the window that chooses files.
    accepted: String,
}

impl Upload {
    /// Phrases of the script, by their names there.
    fn phrases(&self) -> [(&'static str, &'static str); 13] {
        let w = self.frame.w;
        [
            ("waiting", w.up_waiting),
            ("sending", w.up_sending),
            ("done", w.up_done),
            ("known", w.up_known),
            ("refused", w.up_refused),
            ("failed", w.up_failed),
            ("notaphoto", w.not_a_photo),
            ("empty", w.empty_file),
            ("reading", w.twins.reading),
            ("there", w.twins.there),
            ("same", w.twins.same),
            ("large", w.twins.large),
            ("insecure", w.twins.insecure),
        ]
    }
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor) -> Page {
    let recipes = recipes::list(State(house), visitor.reader()).await?.0.items;
    let accepted: Vec<String> = batch::kinds::extensions().map(|e| format!(".{e}")).collect();
    Ok(page(&Upload { frame: Frame::of(&visitor, Place::Upload), recipes, accepted: accepted.join(",") }))
}

//! The form beside a recipe's text: a part of the editor, made anew whenever the text has changed.

use super::Page;
use crate::show::page;
use crate::visitor::Visitor;
use crate::words::{Words, keys, say};
use askama::Template;
use axum::extract::State;
use serde_json::Value;
use service::House;
use service::media::asset_kind;
use service::web::extract::{Body, Query};
use service::web::forms::{self, AssetKind, Change, Choice, Entry, Form, Part, Text};
use service::web::objects::{self, Filter, Stored};
use service::web::{Mistake, Problem, Shop};
use std::sync::Arc;

/// Assets to choose from.
const ASSETS: usize = 200;

/// What all fields share.
struct Sheet {
    w: &'static Words,
    language: crate::words::Language,
    assets: Vec<Stored>,
    errors: Vec<Mistake>,
}

#[derive(Template)]
#[template(path = "form.html")]
struct Whole<'a> {
    sheet: &'a Sheet,
    parts: &'a [Part],
}

/// One part, and whatever is inside.
#[derive(Template)]
#[template(path = "field.html")]
struct Field<'a> {
    sheet: &'a Sheet,
    part: &'a Part,
    /// What it is called.
    label: String,
    /// It can be moved: number and how many there are.
    place: Option<(usize, usize)>,
}

/// The form of a text.
pub async fn show(State(house): Shop, visitor: Visitor, Body(asked): Body<Text>) -> Page {
    let Form { parts, errors } = forms::show(visitor.reader(), Body(asked)).await?.0;
    let assets = assets(house, &visitor).await?;
    let sheet = Sheet { w: visitor.language.words(), language: visitor.language, assets, errors };
    Ok(page(&Whole { sheet: &sheet, parts: &parts }))
}

/// The newest ones.
async fn assets(house: Arc<House>, visitor: &Visitor) -> Result<Vec<Stored>, Problem> {
    let filter = Filter { limit: Some(ASSETS), ..Filter::default() };
    Ok(objects::list_assets(State(house), visitor.reader(), Query(filter)).await?.0.items)
}

impl<'a> Sheet {
    fn field(&'a self, part: &'a Part) -> Field<'a> {
        Field { sheet: self, part, label: keys::label(self.language, part.name).to_owned(), place: None }
    }
}

impl<'a> Field<'a> {
    fn inner(&self) -> Vec<Field<'a>> {
        self.part.parts.iter().map(|part| self.sheet.field(part)).collect()
    }

    /// The items of this list; what one does or is called stands in its label.
    fn items(&self) -> Vec<Field<'a>> {
        let parts = &self.part.parts;
        let word = |part: &'a Part| part.parts.first().and_then(|first| first.value.as_ref()?.as_str());
        let item = |(at, part): (usize, &'a Part)| Field {
            label: format!("{} {} {}", self.label, at + 1, word(part).unwrap_or_default()),
            place: Some((at, parts.len())),
            sheet: self.sheet,
            part,
        };
        parts.iter().enumerate().map(item).collect()
    }

    fn say(&self, phrase: &str) -> String {
        say(phrase, &[&self.label])
    }

    /// What the text says, as a field shows it.
    fn value(&self) -> String {
        plain(self.part.value.as_ref())
    }

    fn fallback(&self) -> String {
        plain(self.part.fallback.as_ref())
    }

    /// What holds: said, or else.
    fn holds(&self) -> String {
        if self.part.value.is_some() { self.value() } else { self.fallback() }
    }

    fn error(&self) -> String {
        let own = self.sheet.errors.iter().filter(|e| e.path == self.part.path);
        own.map(|e| e.what.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// What a choice is called: the recipe's own word, or that it says nothing.
    fn word(&self, choice: &Choice) -> String {
        let (form, fallback) = (&self.sheet.w.form, self.fallback());
        match choice.word.as_str() {
            "on" => form.on.into(),
            "" if matches!(self.part.name, "crop" | "trim" | "watermark" | "lut") => form.off.into(),
            "" if fallback.is_empty() => form.unsaid.into(),
            "" => say(form.unsaid_so, &[&fallback]),
            word => word.into(),
        }
    }

    fn moved(&self, to: usize) -> String {
        json(&[Change { to: Some(to), ..Change::put(&self.part.path, Value::Null) }])
    }

    fn removed(&self) -> String {
        json(&[Change::put(&self.part.path, Value::Null)])
    }

    /// The text says none of them.
    fn is_other(&self, choices: &[Choice]) -> bool {
        choices.iter().all(|choice| !choice.chosen)
    }

    /// Whether a number is one to slide.
    fn slides(&self, min: &f64, max: &f64, whole: &bool) -> bool {
        max - min <= 25_000.0 && (!whole || *max <= 100.0)
    }

    fn json(&self, changes: &[Change]) -> String {
        json(changes)
    }

    /// Assets that can be what is wanted.
    fn assets(&self, of: &AssetKind) -> Vec<&Stored> {
        self.sheet.assets.iter().filter(|asset| asset_kind(&asset.media_type) == Some(*of)).collect()
    }

    /// The text names an asset that is not there to choose.
    fn is_strange(&self, of: &AssetKind) -> bool {
        let value = self.value();
        !value.is_empty() && self.assets(of).iter().all(|asset| asset.id != value)
    }
}

fn json(changes: &[Change]) -> String {
    serde_json::to_string(changes).unwrap_or_default()
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

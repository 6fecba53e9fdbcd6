//! The files that a recipe names beside photos.

use super::model::{Recipe, Rendition};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a recipe wants a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssetKind {
    /// A PNG to lay over pictures.
    Picture,
    /// A TrueType or OpenType font.
    Font,
    /// An ICC profile of RGB.
    Profile,
    /// A look-up table of colours, `.cube`.
    Lut,
}

impl Recipe {
    /// The assets that the renditions need, each once: id and what it is for.
    pub fn assets(&self) -> Vec<(&str, AssetKind)> {
        let all: BTreeSet<_> = self.renditions.iter().flat_map(|r| self.assets_of(r)).collect();
        all.into_iter().collect()
    }

    /// Those of one rendition.
    pub fn assets_of<'a>(&'a self, rendition: &'a Rendition) -> impl Iterator<Item = (&'a str, AssetKind)> {
        let mark = self.watermark_of(rendition);
        let named = [
            (mark.and_then(|m| m.image.as_deref()), AssetKind::Picture),
            (mark.and_then(|m| m.font.as_deref()), AssetKind::Font),
            (rendition.profile.as_deref(), AssetKind::Profile),
            (self.develop.lut.as_ref().map(|lut| lut.file.as_str()), AssetKind::Lut),
        ];
        named.into_iter().filter_map(|(id, kind)| Some((id?, kind)))
    }

    /// All ids, to be given others.
    pub fn assets_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let (marks, profiles): (Vec<_>, Vec<_>) =
            self.renditions.iter_mut().map(|r| (r.watermark.as_mut(), r.profile.as_mut())).unzip();
        let marks = marks.into_iter().flatten().chain(self.watermark.as_mut());
        let of_marks = marks.flat_map(|mark| [mark.image.as_mut(), mark.font.as_mut()]).flatten();
        let lut = self.develop.lut.as_mut().map(|lut| &mut lut.file);
        of_marks.chain(profiles.into_iter().flatten()).chain(lut)
    }
}

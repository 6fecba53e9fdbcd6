//! The recipes that come with rawmill are sound, and their assets are usable.

use develop::recipe::{Format, Recipe};
use develop::watermark::Overlay;
use photo::{Simd, Size};

const RECIPES: [(&str, &str); 5] = [
    ("web", include_str!("../../../recipes/web.toml")),
    ("shop", include_str!("../../../recipes/shop.toml")),
    ("proof", include_str!("../../../recipes/proof.toml")),
    ("print", include_str!("../../../recipes/print.toml")),
    ("archive", include_str!("../../../recipes/archive.toml")),
];

#[test]
fn the_recipes_are_sound_and_their_watermarks_can_be_made() {
    let logo = include_bytes!("../../../recipes/assets/logo.png").to_vec();
    let assets = [("assets/logo.png".to_owned(), logo)].into();
    for (name, text) in RECIPES {
        let recipe = Recipe::parse(text, Format::Toml).unwrap_or_else(|e| panic!("{name}: {e}"));
        for rendition in &recipe.renditions {
            let Some(mark) = recipe.watermark_of(rendition) else { continue };
            let made = Overlay::new(mark, &assets, Size::new(320, 213), rendition.color, Simd::PLAIN);
            assert!(made.is_ok(), "{name}: {:?}", made.err());
        }
    }
}

//! Whatever a recipe says: it parses or there is an error; one that parses is written and read again as the same.

#![no_main]

use develop::Recipe;
use develop::recipe::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for format in [Format::Toml, Format::Json] {
        if let Ok(recipe) = Recipe::parse(text, format) {
            let shown = recipe.to_toml();
            let again = Recipe::parse(&shown, Format::Toml).expect("what is shown is a recipe");
            assert_eq!(recipe, again, "{shown}");
        }
    }
});

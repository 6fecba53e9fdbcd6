//! A file from a customer, whatever its bytes: probe, preview, decode and render end with pictures or with an error.
//!
//! The first byte picks the file's name and the recipe, the rest is the file. A panic of a library inside the decoder's
//! guard is no finding, since it becomes an error; one of ours is.

#![no_main]

use develop::recipe::Format;
use develop::{Recipe, render};
use libfuzzer_sys::{Corpus, fuzz_target};
use photo::decode::{self, Limits, PreviewSize};
use photo::encode::Output;
use std::io::Cursor;
use std::sync::{LazyLock, Once};

const NAMES: [&str; 4] = ["a.dng", "a.nef", "a.jpg", "a"];

/// What is done to the picture, before one small rendition in JPEG.
const RECIPES: [&str; 4] = [
    "",
    "[develop]\nhighlights = \"clip\"\nwhite_balance = \"auto\"\ndenoise = 0.5\n[geometry]\nstraighten = 5.0\n",
    "[develop]\ndemosaic = \"half\"\n[geometry]\ntrim = { tolerance = 0.1 }\n[[filters]]\nop = \"unsharp_mask\"\nsigma = 2\namount = 1\n",
    "[develop]\ndemosaic = \"best\"\n[watermark]\ntext = \"A\"\ntile = true\n",
];

static PARSED: LazyLock<Vec<Recipe>> = LazyLock::new(|| {
    let rendition = "[[renditions]]\nname = \"a\"\nwidth = 48\nheight = 48\nencode = { format = \"jpeg\" }\n";
    let parse = |text: &&str| Recipe::parse(&format!("version = 1\n{text}{rendition}"), Format::Toml);
    RECIPES.iter().map(parse).collect::<Result<_, _>>().expect("the recipes are right")
});

static QUIET: Once = Once::new();

fuzz_target!(|data: &[u8]| -> Corpus {
    // The hook of the fuzzer would end the process before the guard sees a panic.
    QUIET.call_once(|| {
        LazyLock::force(&PARSED);
        std::panic::set_hook(Box::new(|_| {}));
    });
    let [choice, bytes @ ..] = data else { return Corpus::Reject };
    let (name, recipe) = (NAMES[usize::from(choice % 4)], &PARSED[usize::from(choice / 4 % 4)]);
    let probed = decode::probe(bytes, name).is_ok();
    let preview = decode::preview(bytes, name, PreviewSize::Small).ok().flatten();
    let Ok(photo) = decode::decode(bytes, name, &Limits { max_megapixels: 1 }) else { return Corpus::Keep };
    assert!(probed, "what can be decoded can be probed");
    let job = render::Job {
        photo: &photo,
        recipe,
        wanted: &["a".to_owned()],
        assets: &render::Assets::new(),
        preview: preview.as_ref().map(|p| p.jpeg.as_slice()),
        tools: &|_, picture| Ok(picture),
        clock: &|| 0.0,
        simd: photo::Simd::detect(),
    };
    let _ = render::render(&job, &mut |_| Ok(Box::new(Cursor::new(Vec::new())) as Box<dyn Output>));
    Corpus::Keep
});

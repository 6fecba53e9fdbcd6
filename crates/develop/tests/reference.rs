//! The fast path gives the bytes of the plain whole-image reference path, for every kind of picture and operation.

use develop::{Recipe, recipe::Format, reference, render};
use photo::{Photo, Simd, decode};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::rc::Rc;

/// A file in memory that is still there when its encoder is gone.
#[derive(Clone, Default)]
struct File(Rc<RefCell<Cursor<Vec<u8>>>>);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().seek(to)
    }
}

type Path = fn(&render::Job, render::OpenOutput) -> Result<render::Rendered, develop::DevelopError>;

fn sample(name: &str) -> Photo {
    let bytes = std::fs::read(format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"))).expect("bundled sample");
    decode::decode(&bytes, name, &decode::Limits::default()).expect("bundled sample decodes")
}

/// What recipes here may name.
fn assets() -> render::Assets {
    let look = "LUT_3D_SIZE 2\n0 0 .1\n1 0 0\n0 .9 0\n1 1 0\n0 .2 1\n1 0 1\n0 1 .8\n1 1 1\n";
    let font = include_bytes!("../assets/NanumSquareR.ttf");
    let profile = photo::color::icc_profile(photo::color::OutputSpace::AdobeRgb);
    [("a.cube".into(), look.into()), ("b.ttf".into(), font.to_vec()), ("c.icc".into(), profile)].into()
}

fn files(path: Path, photo: &Photo, recipe: &Recipe, wanted: &[String], simd: Simd) -> BTreeMap<String, Vec<u8>> {
    let assets = assets();
    let job = render::Job {
        photo,
        recipe,
        wanted,
        assets: &assets,
        preview: None,
        tools: &|_, picture| Ok(picture),
        clock: &|| 0.0,
        simd,
    };
    let made = RefCell::new(BTreeMap::new());
    path(&job, &mut |rendition| {
        let file = File::default();
        made.borrow_mut().insert(rendition.name.clone(), file.clone());
        Ok(Box::new(file))
    })
    .expect("the sample develops");
    made.into_inner().into_iter().map(|(name, file)| (name, file.0.borrow().get_ref().clone())).collect()
}

/// Develops a sample on both paths, and each rendition alone; all must have the same bytes.
fn check(name: &str, recipe: &str) {
    let photo = sample(name);
    let recipe = Recipe::parse(&format!("version = 1\n{recipe}"), Format::Toml).expect("test recipe");
    let all: Vec<String> = recipe.renditions.iter().map(|r| r.name.clone()).collect();
    let plain = files(reference::render, &photo, &recipe, &all, Simd::PLAIN);
    assert_eq!(plain.len(), all.len());
    for simd in [Simd::PLAIN, Simd::detect()] {
        let fast = files(render::render, &photo, &recipe, &all, simd);
        for (rendition, bytes) in &plain {
            assert!(fast[rendition] == *bytes, "{name}, {rendition}: {} path differs from the reference", simd.name());
        }
    }
    for one in all {
        let alone = files(render::render, &photo, &recipe, std::slice::from_ref(&one), Simd::detect());
        assert!(alone[&one] == plain[&one], "{name}, {one}: differs when it is made alone");
    }
}

const SIZES: &str = r#"
[[renditions]]
name = "full"
encode = { format = "png", depth = 16 }
[[renditions]]
name = "small"
width = 150
filters = [{ op = "unsharp_mask", sigma = 2.0, amount = 1.0 }]
encode = { format = "jpeg" }
"#;

#[test]
fn a_real_bayer_photo() {
    check("real_kodak_dc50_DC0011M.KDC", SIZES);
}

#[test]
fn wide_pixels_and_every_filter() {
    let filters = r#"
[[renditions]]
name = "filtered"
width = 300
filters = [
  { op = "gaussian_blur", sigma = 1.5 }, { op = "sharpen", amount = 1.0 }, { op = "median", radius = 1 },
  { op = "convolve", kernel = [0, -1, 0, -1, 5, -1, 0, -1, 0] }, { op = "vignette", strength = 0.4 }, { op = "grayscale" },
]
encode = { format = "png", depth = 16 }
"#;
    check("real_kodak_dc120_P003917.KDC", filters);
}

#[test]
fn an_x_trans_photo() {
    check("dev_xtrans_14bit_ljpeg.dng", SIZES);
}

#[test]
fn a_turned_photo_straightened_denoised_and_marked() {
    let recipe = r##"
develop = { white_balance = "auto", denoise = 40, saturation = 20, vibrance = 10, highlights = "clip" }
geometry = { straighten = 2.5, crop = { x = 0.1, y = 0.2, width = 0.5, height = 0.4 } }
watermark = { text = "rawmill", opacity = 0.5, tile = true, rotate = 30 }
[[renditions]]
name = "square"
fit = "pad"
width = 301
height = 301
background = "#f0f0f0"
color = "display-p3"
encode = { format = "png" }
[[renditions]]
name = "cover"
fit = "cover"
width = 120
height = 200
color = "adobe-rgb"
encode = { format = "tiff", depth = 16 }
"##;
    check("dev_portrait_o6_gbrg_14bit_ljpeg.dng", recipe);
}

#[test]
fn a_look_a_font_and_a_profile() {
    let recipe = r##"
develop = { lut = { file = "a.cube", strength = 70 } }
[[renditions]]
name = "wide"
width = 300
color = "display-p3"
encode = { format = "png", depth = 16 }
[[renditions]]
name = "paper"
width = 200
filters = [{ op = "unsharp_mask", sigma = 2.0, amount = 4.0 }]
watermark = { text = "봄", font = "b.ttf", color = "#ff0000" }
profile = "c.icc"
intent = "relative"
encode = { format = "tiff", depth = 16 }
"##;
    check("real_kodak_dc50_DC0011M.KDC", recipe);
}

#[test]
fn half_and_bilinear() {
    check("real_kodak_dc50_DC0011M.KDC", &format!("develop = {{ demosaic = \"half\" }}\n{SIZES}"));
    check("real_kodak_dc50_DC0011M.KDC", &format!("develop = {{ demosaic = \"bilinear\" }}\n{SIZES}"));
}

use super::*;
use crate::lut::table::Entries;
use proptest::prelude::*;

/// A cube of `side` whose entries are `f` of their inputs.
fn cube(side: usize, f: impl Fn([f32; 3]) -> [f32; 3]) -> String {
    let mut text = format!("TITLE \"made\"\n# by hand\n\nLUT_3D_SIZE {side}\n");
    for i in 0..side.pow(3) {
        let [r, g, b] = f([i % side, i / side % side, i / side / side].map(|v| v as f32 / (side - 1) as f32));
        text += &format!("{r} {g} {b}\n");
    }
    text
}

fn read(text: &str) -> Result<Table, String> {
    cube::parse(text.as_bytes())
}

fn look(text: &str, strength: f32, space: OutputSpace) -> Result<Look, DevelopError> {
    let lut = Lut { file: "a.cube".into(), strength, space };
    Look::new(&lut, &[("a.cube".to_owned(), text.as_bytes().to_vec())].into())
}

/// One pixel through the stage.
fn through(look: Look, space: OutputSpace, rgb: [f32; 3]) -> [f32; 3] {
    let mut strip = Strip::new(1, 1);
    (0..3).for_each(|c| strip.row_mut(c, 0)[0] = rgb[c]);
    let mut out = [0.0; 3];
    let mut collect = |strip: &mut Strip| {
        out = std::array::from_fn(|c| strip.row(c, 0)[0]);
        Ok(())
    };
    LookStage::new(Simd::detect(), look, space).push(&mut strip, &mut collect).expect("a look");
    out
}

fn near(got: [f32; 3], want: [f32; 3]) -> bool {
    got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5)
}

/// Whatever is linear is kept by linear interpolation, in every tetrahedron.
fn mixed([r, g, b]: [f32; 3]) -> [f32; 3] {
    [0.2 * r + 0.3 * g + 0.5 * b, 1.0 - g, 0.25 + 0.5 * b - 0.25 * r]
}

proptest! {
    #[test]
    fn linear_maps_come_through_exactly(side in 2usize..9, rgb in proptest::array::uniform3(0.0f32..=1.0)) {
        let table = read(&cube(side, mixed)).expect("a table");
        prop_assert!(near(table.at(rgb), mixed(rgb)), "{:?}", table.at(rgb));
    }

    /// Between its corners nothing leaves their range, whatever they are.
    #[test]
    fn nothing_leaves_the_range_of_the_corners(
        corners in proptest::collection::vec(proptest::array::uniform3(0.0f32..=1.0), 8),
        rgb in proptest::array::uniform3(-1.0f32..2.0),
    ) {
        let table = Table { entries: Entries::Cube(2, corners.clone()), low: [0.0; 3], scale: [1.0; 3] };
        for (c, v) in table.at(rgb).into_iter().enumerate() {
            let (low, high) = corners.iter().fold((1.0f32, 0.0f32), |(l, h), e| (l.min(e[c]), h.max(e[c])));
            prop_assert!((low - 1e-5..=high + 1e-5).contains(&v));
        }
    }

    /// A grey between two greys of the diagonal needs no other corner.
    #[test]
    fn greys_stay_on_the_diagonal(v in 0.0f32..=1.0, lower in 0.0f32..=1.0, upper in 0.0f32..=1.0) {
        let mut entries = vec![[9.0; 3]; 8];
        (entries[0], entries[7]) = ([lower; 3], [upper; 3]);
        let table = Table { entries: Entries::Cube(2, entries), low: [0.0; 3], scale: [1.0; 3] };
        prop_assert!(near(table.at([v; 3]), [lower + v * (upper - lower); 3]));
    }

    #[test]
    fn whatever_the_text_it_is_read_or_refused(text in "(LUT_[13]D_SIZE [0-9]{1,3}\n|DOMAIN_M(IN|AX) [0-9 .]{1,9}\n|[0-9. -]{0,12}\n|[A-Z#\"]{0,5}\n){0,20}") {
        if let Ok(table) = read(&text) {
            table.at([0.3, f32::NAN, f32::INFINITY]);
        }
    }
}

#[test]
fn curves_and_domains_are_followed() {
    let table =
        read("LUT_1D_SIZE 3\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 4\r\n0 0 0\n0.5 1 .25\n1 0 1\n").expect("a table");
    assert!(near(table.at([0.0, 1.0, 2.0]), [0.5, 1.0, 0.25]));
    assert!(near(table.at([0.5, 1.5, 3.0]), [0.75, 0.5, 0.625]));
    assert!(near(table.at([-9.0, f32::NAN, 9.0]), [0.0, 0.0, 1.0]));
    let range = read("LUT_1D_INPUT_RANGE 0.0 2.0\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n").expect("a table");
    assert!(near(range.at([1.0; 3]), [0.5; 3]));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let whole = cube(2, |v| v);
    let cases = [
        ("", "not a .cube file: neither LUT_3D_SIZE nor LUT_1D_SIZE"),
        ("0 0 0\n", "line 1: numbers before LUT_3D_SIZE or LUT_1D_SIZE"),
        ("LUT_3D_SIZE 1\n", "line 1: expected a size from 2 to 129, found `1`"),
        ("LUT_3D_SIZE 2\n0 0 0\n", "expected 8 entries, found 1"),
        ("LUT_3D_SIZE 2\n0 0\n", "line 2: expected 3 numbers, found `0 0`"),
        ("LUT_3D_SIZE 2\n0 0 0 0\n", "line 2: expected 3 numbers, found `0 0 0 0`"),
        ("LUT_3D_SIZE 2\n0 inf 0\n", "line 2: expected 3 numbers, found `0 inf 0`"),
        ("LUT_3D_SIZE 2\nSHAPER 3\n", "line 2: unknown word `SHAPER`"),
        (&format!("{whole}1 1 1\n"), "line 13: more than 8 entries"),
        (&format!("DOMAIN_MAX 0 1 1\n{whole}"), "the domain's upper end must lie above its lower one"),
        (
            &format!("LUT_1D_SIZE 2\n{whole}"),
            "line 5: a second size; a file that holds curves and a cube is not supported",
        ),
    ];
    cases.into_iter().for_each(|(text, why)| assert_eq!(read(text).expect_err(text), why));
    let error = look("LUT_3D_SIZE 0", 100.0, OutputSpace::Srgb).expect_err("no table").to_string();
    assert!(error.starts_with("lut: asset `a.cube`: line 1: "), "{error}");
}

#[test]
fn strength_mixes_with_what_was() {
    let inverse = cube(2, |v| v.map(|v| 1.0 - v));
    for (strength, want) in [(0.0, [0.2, 0.5, 0.9]), (50.0, [0.5; 3]), (100.0, [0.8, 0.5, 0.1])] {
        let look = look(&inverse, strength, OutputSpace::Srgb).expect("a look");
        assert!(near(through(look, OutputSpace::Srgb, [0.2, 0.5, 0.9]), want), "{strength}");
    }
}

/// A look that changes nothing changes nothing, whichever spaces it lies between; but what another space cannot hold.
#[test]
fn a_look_of_another_space_goes_on_to_the_renditions_space() {
    let nothing = cube(2, |v| v);
    let through = |from, to, rgb| through(look(&nothing, 100.0, from).expect("a look"), to, rgb);
    let red = through(OutputSpace::Srgb, OutputSpace::DisplayP3, [1.0, 0.0, 0.0]);
    // sRGB's red in Display P3, as CSS Color 4 has it.
    assert!(red.iter().zip([0.9175, 0.2003, 0.1386]).all(|(a, b)| (a - b).abs() < 2e-3), "{red:?}");
    // And middle grey, which two curves write in two ways.
    let grey = through(OutputSpace::Srgb, OutputSpace::AdobeRgb, [0.5; 3]);
    assert!(grey.iter().all(|v| (v - 0.214_041f32.powf(256.0 / 563.0)).abs() < 1e-4), "{grey:?}");
    let back = through(OutputSpace::DisplayP3, OutputSpace::Srgb, red);
    assert!(back.iter().zip([1.0, 0.0, 0.0]).all(|(a, b)| (a - b).abs() < 4e-3), "{back:?}");
    for space in OutputSpace::ALL {
        assert!(near(through(space, space, [0.1, 0.6, 0.8]), [0.1, 0.6, 0.8]));
    }
}

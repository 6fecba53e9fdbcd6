//! DNG files that were made with known contents (`bench/decoders/make_variants.py`).

use photo::decode::{Kind, Limits, PreviewSize, SampleFormat, decode, preview, probe};
use photo::{Cfa, Color, LensCorrection, Photo, PhotoError, Picture, Rect, Samples, Size};

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn decoded(name: &str) -> Photo {
    decode(&sample(name), name, &Limits::default()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn mosaic(photo: &Photo) -> &photo::Mosaic {
    let Picture::Mosaic(m) = &photo.picture else { panic!("not a mosaic") };
    m
}

fn near(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2e-4)
}

/// Canon EOS 6D, D65, as the made files carry it.
const MATRIX: [f32; 9] = [0.7034, -0.0804, -0.1014, -0.4420, 1.2564, 0.2058, -0.0851, 0.1994, 0.5758];

#[test]
fn packed_bits_and_lossless_tiles_hold_the_same_scene() {
    let (packed, tiles) = (decoded("packed12.dng"), decoded("ljpeg_tiles.dng"));
    let (a, b) = (mosaic(&packed), mosaic(&tiles));
    assert_eq!((a.size, b.size), (Size::new(96, 64), Size::new(96, 64)));
    // 4095 and 60000 stand for the same light.
    for i in 0..96 * 64 {
        let (a, b) = (a.samples.at(i) / 4095.0, b.samples.at(i) / 60000.0);
        assert!((a - b).abs() < 2e-4, "{a} and {b} at {i}");
    }
    assert_eq!((a.cfa, a.white, a.black.at(0, 0)), (Cfa::RGGB, [4095.0; 3], 16.0));
    assert!(near(&packed.color.as_shot.expect("a white balance"), &[2.0, 1.0, 1.25]));
    assert!(near(packed.color.xyz_to_camera[0].1.as_flattened(), &MATRIX));
}

#[test]
fn pattern_and_levels_keep_their_phase_inside_an_odd_active_area() {
    let photo = decoded("active_area_and_crop.dng");
    let m = mosaic(&photo);
    assert_eq!(m.active, Rect::new(5, 3, 86, 58));
    assert_eq!(photo.crop, Rect::new(7, 7, 80, 50));
    // The file says RGGB and 10, 20, 30, 40 from the corner of the active area.
    assert_eq!([m.cfa.color_at(5, 3), m.cfa.color_at(6, 3), m.cfa.color_at(6, 4)], [Color::R, Color::G, Color::B]);
    assert_eq!([m.black.at(5, 3), m.black.at(6, 3), m.black.at(5, 4), m.black.at(6, 4)], [10.0, 20.0, 30.0, 40.0]);
}

#[test]
fn calibration_multiplies_the_matrix() {
    let photo = decoded("camera_calibration.dng");
    let row = |k: usize| MATRIX[3 * k..3 * k + 3].to_vec();
    let first: Vec<f32> = row(0).iter().zip(row(1)).map(|(a, b)| 0.9 * a + 0.05 * b).collect();
    assert!(near(&photo.color.xyz_to_camera[0].1[0], &first));
    assert!(near(&photo.color.xyz_to_camera[0].1[1], &row(1)));
}

#[test]
fn linearization_spreads_the_codes() {
    let photo = decoded("linearization_table.dng");
    let Samples::U16(samples) = &mosaic(&photo).samples else { panic!("whole numbers") };
    assert!(samples.iter().all(|&v| (f64::from(v).sqrt().round() as u32).pow(2) == u32::from(v)), "squares only");
    assert!(samples.iter().any(|&v| v > 30_000));
}

#[test]
fn floats_stay_floats() {
    let (header, photo) =
        (probe(&sample("float16_deflate.dng"), "").expect("a header"), decoded("float16_deflate.dng"));
    assert_eq!((header.samples, header.decoded_bytes), (SampleFormat::Float, 96 * 64 * 4));
    let Samples::F32(samples) = &mosaic(&photo).samples else { panic!("floats") };
    assert!(samples.iter().all(|v| (0.0..=1.0).contains(v)) && samples.iter().any(|v| *v > 0.5));
}

#[test]
fn linear_and_lossy_files_have_three_samples_a_pixel() {
    for (name, white, black) in
        [("linear.dng", [60000.0, 59000.0, 58000.0], [64.0, 60.0, 70.0]), ("lossy.dng", [255.0; 3], [0.0; 3])]
    {
        let photo = decoded(name);
        let Picture::Linear(l) = &photo.picture else { panic!("{name} is linear") };
        assert_eq!((l.samples.len(), l.white, l.black, l.balanced), (96 * 64 * 3, white, black, false), "{name}");
    }
}

#[test]
fn a_gain_map_brightens_the_corner_and_not_the_origin() {
    let photo = decoded("gain_map.dng");
    let m = mosaic(&photo);
    let level = |x: usize, y: usize| (m.samples.at(y * 96 + x) - m.black.at(x, y)) / (m.white[0] - m.black.at(x, y));
    let flat = 29_000.0 / 59_000.0;
    assert!((level(0, 0) - flat).abs() < 1e-4, "gain 1 at the origin");
    // The map reaches 1.4 at the far corner; the last pixel lies one pixel before it.
    assert!((level(95, 63) / flat - 1.4).abs() < 0.01, "{}", level(95, 63) / flat);
    assert_eq!(photo.notes, ["DNG opcode GainMap (list 2) is applied"]);
}

#[test]
fn a_dead_pixel_is_mended_from_its_neighbours() {
    let photo = decoded("bad_pixels.dng");
    assert!((0..96 * 64).all(|i| mosaic(&photo).samples.at(i) == 30_000.0));
}

#[test]
fn lens_corrections_are_handed_on() {
    let photo = decoded("lens_opcodes.dng");
    assert_eq!(
        photo.lens,
        [
            LensCorrection::WarpRectilinear {
                planes: vec![[1.0, 0.02, -0.01, 0.003, 0.0005, -0.0004]],
                center: (0.5, 0.49)
            },
            LensCorrection::FixVignetteRadial { k: [0.3, 0.1, 0.05, 0.0, 0.0], center: (0.5, 0.5) },
        ]
    );
}

#[test]
fn shape_and_orientation_make_the_upright_size() {
    let upright = |name: &str| probe(&sample(name), name).expect("a header").upright;
    assert_eq!(upright("wide_pixels.dng"), Size::new(144, 64));
    assert_eq!(upright("orientation6.dng"), Size::new(64, 96));
    assert_eq!(upright("active_area_and_crop.dng"), Size::new(80, 50));
}

#[test]
fn four_colours_are_refused_by_name() {
    let e = decode(&sample("refuse_cygm.dng"), "a.dng", &Limits::default()).expect_err("CYGM");
    assert!(matches!(&e, PhotoError::Unsupported { .. }) && e.to_string().contains("filter array"), "{e}");
}

#[test]
fn the_header_reads_well_in_json() {
    let header = probe(&sample("orientation6.dng"), "a.dng").expect("a header");
    assert_eq!(header.kind, Kind::Raw);
    let json = serde_json::to_value(&header).expect("JSON");
    assert_eq!((&json["cfa"], &json["orientation"], &json["kind"]), (&"RGGB".into(), &6.into(), &"raw".into()));
    assert_eq!(json["capture"]["make"], "Test");
}

#[test]
fn a_file_without_a_preview_has_none() {
    assert_eq!(preview(&sample("packed12.dng"), "a.dng", PreviewSize::Largest).expect("no error"), None);
}

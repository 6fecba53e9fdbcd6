use super::*;
use proptest::prelude::*;

fn matrix(v: [i32; 9]) -> Matrix3 {
    std::array::from_fn(|r| std::array::from_fn(|c| v[3 * r + c] as f32 / 1e4))
}

/// Canon EOS 6D under D65 and standard A.
fn eos_6d() -> CameraColor {
    CameraColor {
        xyz_to_camera: vec![
            (Illuminant::D65, matrix([7034, -804, -1014, -4420, 12564, 2058, -851, 1994, 5758])),
            (Illuminant::A, matrix([7546, -1435, -929, -3846, 11488, 2692, -332, 1209, 6370])),
        ],
        forward: Vec::new(),
        as_shot: None,
    }
}

fn applied(m: &Matrix3, v: [f32; 3]) -> [f32; 3] {
    m.map(|r| r[0] * v[0] + r[1] * v[1] + r[2] * v[2])
}

/// White stays white, to the rounding of the entries of its row: an absurd white gives entries in the hundreds.
fn assert_keeps_white(m: &Matrix3) {
    for (row, got) in m.iter().zip(applied(m, [1.0; 3])) {
        let most = row.iter().fold(1.0f32, |most, v| most.max(v.abs()));
        assert!((got - 1.0).abs() < 4.0 * f32::EPSILON * most, "{row:?} makes {got} of 1");
    }
}

fn assert_near(got: [f32; 3], want: [f32; 3], within: f32) {
    (0..3).for_each(|c| assert!((got[c] - want[c]).abs() < within, "{got:?} is not {want:?}"));
}

proptest! {
    #[test]
    fn balanced_white_is_neutral(kelvin in 2000.0f64..20_000.0, tint in -100.0f64..100.0) {
        let t = camera_transform(&eos_6d(), Balance::Temperature(Temperature { kelvin, tint }));
        assert_keeps_white(&t.matrix);
        prop_assert!(t.multipliers.iter().all(|m| *m >= 1.0) && t.multipliers.contains(&1.0));
    }

    #[test]
    fn multipliers_lead_back_to_their_temperature(kelvin in 2300.0f64..15_000.0, tint in -30.0f64..30.0) {
        let there = camera_transform(&eos_6d(), Balance::Temperature(Temperature { kelvin, tint }));
        let back = camera_transform(&eos_6d(), Balance::Multipliers(there.green_multipliers()));
        prop_assert!((back.temperature.kelvin / kelvin - 1.0).abs() < 0.01, "{kelvin}: {:?}", back.temperature);
        prop_assert!((back.temperature.tint - tint).abs() < 2.0, "{tint}: {:?}", back.temperature);
    }

    #[test]
    fn any_calibration_gives_a_finite_transform(
        m in proptest::array::uniform9(prop_oneof![-3.0f32..3.0, Just(f32::NAN), Just(0.0), Just(f32::INFINITY)]),
        wb in proptest::array::uniform3(prop_oneof![-1.0f32..9.0, Just(f32::NAN), Just(0.0)]),
    ) {
        let m = [[m[0], m[1], m[2]], [m[3], m[4], m[5]], [m[6], m[7], m[8]]];
        let color = CameraColor {
            xyz_to_camera: vec![(Illuminant::D65, m)],
            forward: vec![(Illuminant::A, m)],
            as_shot: Some(wb),
        };
        let t = camera_transform(&color, Balance::AsShot);
        prop_assert!(t.matrix.iter().flatten().chain(&t.multipliers).all(|v| v.is_finite()), "{t:?}");
        assert_keeps_white(&t.matrix);
    }
}

/// The synthetic samples are made by this model: linear sRGB, scaled camera matrix, neutral at D65.
#[test]
fn a_camera_made_from_srgb_gives_srgb_back() {
    let camera = matrix::from_f32(&eos_6d().xyz_to_camera[0].1);
    let seen = matrix::multiply(&camera, &space::to_xyz(&crate::color::OutputSpace::Srgb.primaries()));
    let neutral = matrix::apply(&seen, [1.0; 3]);
    let color = CameraColor { as_shot: Some(neutral.map(|v| (neutral[1] / v) as f32)), ..eos_6d() };
    let t = camera_transform(&color, Balance::AsShot);
    assert!((t.temperature.kelvin - 6504.0).abs() < 20.0);
    for srgb in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.2, 0.5, 0.1]] {
        let raw = matrix::apply(&seen, srgb);
        let balanced: [f32; 3] = std::array::from_fn(|c| (raw[c] / neutral[c]) as f32);
        let want = matrix::apply(&crate::color::OutputSpace::Srgb.to_working(), srgb).map(|v| v as f32);
        assert_near(applied(&t.matrix, balanced), want, 2e-3);
    }
}

#[test]
fn tungsten_takes_the_matrix_of_tungsten() {
    let at = |kelvin| camera_transform(&eos_6d(), Balance::Temperature(Temperature { kelvin, tint: 0.0 }));
    let only_a = CameraColor { xyz_to_camera: eos_6d().xyz_to_camera.split_off(1), ..eos_6d() };
    let alone = camera_transform(&only_a, Balance::Temperature(Temperature { kelvin: 2856.0, tint: 0.0 }));
    for (got, want) in at(2856.0).matrix.iter().flatten().zip(alone.matrix.iter().flatten()) {
        assert!((got - want).abs() < 0.02);
    }
    assert!(at(2856.0).green_multipliers()[2] > at(6504.0).green_multipliers()[2], "tungsten needs more blue");
}

#[test]
fn forward_matrix_decides_when_present() {
    let forward = matrix([8924, -1041, 1760, 4351, 6621, -972, 505, -1562, 9308]);
    let color = CameraColor { forward: vec![(Illuminant::D65, forward)], as_shot: Some([2.0, 1.0, 1.5]), ..eos_6d() };
    let t = camera_transform(&color, Balance::AsShot);
    let want =
        matrix::apply(&space::working_from_xyz(D50), matrix::apply(&matrix::from_f32(&forward), [0.9, 0.3, 0.1]));
    assert_near(applied(&t.matrix, [0.9, 0.3, 0.1]), want.map(|v| v as f32), 2e-3);
    assert_eq!(t.green_multipliers(), [2.0, 1.0, 1.5]);
}

#[test]
fn an_unknown_camera_keeps_its_balance_and_says_so() {
    let color = CameraColor { as_shot: Some([2.0, 1.0, 1.5]), ..CameraColor::default() };
    let t = camera_transform(&color, Balance::AsShot);
    assert_eq!(t.multipliers, [2.0, 1.0, 1.5]);
    assert_eq!(t.note, Some(NO_MATRIX));
    assert_near(applied(&t.matrix, [1.0; 3]), [1.0; 3], 1e-5);
}

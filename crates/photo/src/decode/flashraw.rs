//! Camera files through the library `flashraw`: pure Rust, bounded, here on the calling thread only.

use super::opcodes::Opcodes;
use super::preview::{Preview, PreviewSize};
use super::raw::{Header, Pixels, RawDecoder};
use super::{Limits, SampleFormat, ljpeg};
use crate::{
    BlackLevel, CameraColor, Capture, Cfa, Color, Illuminant, Matrix3, Orientation, PhotoError, Rect, Samples, Size,
};
use flashraw::{
    CfaColor, CfaPattern, ColorMatrices, ColorMatrix, Compression, CorruptionPolicy, DecodeOptions, Error, FrameInfo,
    OutputFormat, PreviewEncoding, RawFormat, RawMetadata, RawPixelData, SensorLayout,
};

/// The adapter.
pub(super) struct FlashRaw;

impl RawDecoder for FlashRaw {
    fn name(&self) -> &'static str {
        "flashraw"
    }

    fn header(&self, bytes: &[u8]) -> Result<Header, PhotoError> {
        let raw = open(bytes)?;
        let (mut header, _) = header(&raw)?;
        if raw.frame_info().black_from_masked {
            header.notes.push("the exact black level is measured on masked borders while decoding".into());
        }
        Ok(header)
    }

    fn decode(&self, bytes: &[u8], limits: &Limits) -> Result<(Header, Samples), PhotoError> {
        let raw = open(bytes)?;
        let (mut header, opcodes) = header(&raw)?;
        limits.check(header.size)?;
        let mut samples = match ljpeg::mosaic(&raw) {
            Some(samples) => Samples::U16(samples),
            None => unpack(&raw, limits, &mut header)?,
        };
        opcodes.apply_before_demosaic(&mut header, &mut samples);
        Ok((header, samples))
    }
}

/// An embedded JPEG.
pub(super) fn preview(bytes: &[u8], want: PreviewSize) -> Result<Option<Preview>, PhotoError> {
    let raw = open(bytes)?;
    let jpegs = raw.previews().iter().filter(|p| p.encoding == PreviewEncoding::Jpeg && p.width > 0 && p.height > 0);
    let area = |p: &&flashraw::PreviewInfo| Size::new(p.width, p.height).area();
    let chosen = match want {
        PreviewSize::Largest => jpegs.max_by_key(area),
        PreviewSize::Small => jpegs.filter(|p| p.width.max(p.height) >= 160).min_by_key(area),
    };
    let Some(info) = chosen else { return Ok(None) };
    let jpeg = raw.preview_bytes(info).map_err(photo_error)?;
    if !jpeg.starts_with(b"\xFF\xD8") {
        return Ok(None);
    }
    Ok(Some(Preview {
        jpeg: jpeg.to_vec(),
        size: Size::new(info.width, info.height),
        orientation: orientation(info.orientation),
    }))
}

/// Parses the container. Sizes are judged later, by our own limits and with our own words.
fn open(bytes: &[u8]) -> Result<flashraw::FlashRaw<'_>, PhotoError> {
    let loose = flashraw::Limits::default().with_max_samples(u64::MAX).with_max_dimension(1 << 20);
    flashraw::FlashRaw::open_with(bytes, loose).map_err(photo_error)
}

fn unpack(raw: &flashraw::FlashRaw, limits: &Limits, header: &mut Header) -> Result<Samples, PhotoError> {
    let most = limits.max_megapixels.saturating_mul(3_000_000);
    let options = DecodeOptions {
        output: match header.samples {
            SampleFormat::Integer => OutputFormat::RawU16,
            SampleFormat::Float => OutputFormat::RawF32,
        },
        threads: Some(1),
        limits: flashraw::Limits::default().with_max_samples(most).with_max_dimension(1 << 20),
        corruption_policy: CorruptionPolicy::Strict,
        ..Default::default()
    };
    let frame = raw.decode(options).map_err(photo_error)?;
    if let Pixels::Mosaic { black, .. } = &mut header.pixels {
        *black = mosaic_black(&frame.black_level);
    }
    match frame.data {
        RawPixelData::U16(v) => Ok(Samples::U16(v)),
        RawPixelData::F32(mut v) => {
            v.iter_mut().filter(|v| !v.is_finite()).for_each(|v| *v = 0.0);
            Ok(Samples::F32(v))
        }
        _ => Err(PhotoError::Damaged { what: "the RAW decoder returned other samples than asked for".into() }),
    }
}

fn header(raw: &flashraw::FlashRaw) -> Result<(Header, Opcodes), PhotoError> {
    let (info, meta) = (raw.frame_info(), raw.metadata());
    if raw.format() == RawFormat::Nakedraw {
        return Err(unsupported("RAW", "samples without any header"));
    }
    if matches!(info.compression, Compression::JpegXl | Compression::NikonHighEfficiency) {
        return Err(unsupported(raw.format().name(), &format!("{} compression", info.compression)));
    }
    let pixels = pixels(info)?;
    let mut opcodes = info.opcodes.as_deref().map(Opcodes::read).unwrap_or_default();
    let (color, mut notes) = camera_color(info)?;
    notes.append(&mut opcodes.notes);
    let header = Header {
        format: format!("{} {}", raw.format().name(), info.compression.name().replace('-', " ")),
        size: Size::new(info.width, info.height),
        samples: match info.sample_format {
            flashraw::SampleFormat::F32 => SampleFormat::Float,
            _ => SampleFormat::Integer,
        },
        bits: info.bits_per_sample,
        white: std::array::from_fn(|c| info.white_level.at(c) as f32),
        active: rect(info.active_area),
        crop: rect(info.crop),
        orientation: orientation(info.orientation),
        pixel_aspect: pixel_aspect(info, meta),
        color,
        baseline_exposure_ev: baseline_exposure(meta),
        lens: std::mem::take(&mut opcodes.lens),
        capture: capture(meta),
        working_bytes: working_bytes(raw, info),
        notes,
        pixels,
    };
    Ok((header, opcodes))
}

/// Scratch memory of the unpacker: a few copies of its largest tile, or of the whole for what it decodes in one piece;
/// none for what it unpacks row by row.
fn working_bytes(raw: &flashraw::FlashRaw, info: &FrameInfo) -> u64 {
    let by_rows =
        matches!(info.compression, Compression::Uncompressed | Compression::CanonCrw | Compression::KodakDc120);
    let tiles = raw.units();
    let largest = tiles.iter().map(|u| u.rect.area()).max();
    let area = largest.unwrap_or(u64::from(info.width) * u64::from(info.height));
    let side_by_side = if info.compression == Compression::LosslessJpeg { ljpeg::working_bytes(&tiles) } else { 0 };
    let copies = if by_rows { 0 } else { side_by_side.max(area * u64::from(info.cpp) * 4) };
    copies + (1 << 19)
}

fn pixels(info: &FrameInfo) -> Result<Pixels, PhotoError> {
    match (info.layout, info.cfa, info.cpp) {
        (SensorLayout::Monochrome, _, 1) => {
            Ok(Pixels::Mosaic { cfa: Cfa::Mono, black: mosaic_black(&info.black_level) })
        }
        (SensorLayout::Linear, _, 3) => {
            let black = std::array::from_fn(|c| mean_black(&info.black_level, c));
            Ok(Pixels::Linear { black, balanced: info.white_balance_applied })
        }
        (SensorLayout::Linear, ..) => Err(unsupported("linear RAW", &format!("{} samples a pixel", info.cpp))),
        (SensorLayout::Foveon, ..) => Err(unsupported("RAW", "a layered Foveon sensor")),
        (_, Some(pattern), 1) => {
            let cfa = cfa(info.layout, &pattern)
                .ok_or_else(|| unsupported("RAW", &format!("the colour filter array {pattern}")))?;
            Ok(Pixels::Mosaic { cfa, black: mosaic_black(&info.black_level) })
        }
        _ => Err(unsupported("RAW", "an unknown sensor layout")),
    }
}

/// Bayer and X-Trans; `None` for filters of other colours, staggered sensors and other arrangements.
fn cfa(layout: SensorLayout, pattern: &CfaPattern) -> Option<Cfa> {
    let color = |x, y| match pattern.color_at(x, y) {
        CfaColor::Red => Some(Color::R),
        CfaColor::Green => Some(Color::G),
        CfaColor::Blue => Some(Color::B),
        _ => None,
    };
    match layout {
        SensorLayout::Bayer => {
            let bayer = Cfa::Bayer([[color(0, 0)?, color(1, 0)?], [color(0, 1)?, color(1, 1)?]]);
            [Cfa::RGGB, Cfa::BGGR, Cfa::GRBG, Cfa::GBRG].contains(&bayer).then_some(bayer)
        }
        SensorLayout::XTrans => {
            let mut grid = [[Color::G; 6]; 6];
            for (y, row) in grid.iter_mut().enumerate() {
                for (x, cell) in row.iter_mut().enumerate() {
                    *cell = color(x, y)?;
                }
            }
            Some(Cfa::XTrans(grid))
        }
        _ => None,
    }
}

fn mosaic_black(black: &flashraw::BlackLevel) -> BlackLevel {
    let (rows, cols) = (usize::from(black.rows.max(1)), usize::from(black.cols.max(1)));
    let pattern = (0..rows * cols).map(|i| black.values.get(i).copied().unwrap_or(0.0)).collect();
    BlackLevel { rows, cols, pattern, row_delta: black.row_deltas.clone(), col_delta: black.col_deltas.clone() }
}

/// Mean over the pattern of plane `c`.
fn mean_black(black: &flashraw::BlackLevel, c: usize) -> f32 {
    let samples = usize::from(black.samples.max(1));
    let plane: Vec<f32> = black.values.iter().skip(c % samples).step_by(samples).copied().collect();
    plane.iter().sum::<f32>() / plane.len().max(1) as f32
}

/// DNG DefaultScale, or what the library knows of the camera.
fn pixel_aspect(info: &FrameInfo, meta: &RawMetadata) -> f32 {
    let scale = meta.dng.as_ref().and_then(|d| d.default_scale).map(|(x, y)| (x / y) as f32);
    let aspect = scale.unwrap_or(info.pixel_aspect);
    if aspect.is_finite() && (0.1..=10.0).contains(&aspect) { aspect } else { 1.0 }
}

fn baseline_exposure(meta: &RawMetadata) -> f32 {
    let ev = meta.dng.as_ref().and_then(|d| d.baseline_exposure).unwrap_or(0.0) as f32;
    if ev.is_finite() { ev.clamp(-10.0, 10.0) } else { 0.0 }
}

/// Calibration and white balance, and notes on what is unusual with them.
fn camera_color(info: &FrameInfo) -> Result<(CameraColor, Vec<String>), PhotoError> {
    let matrices = &info.color_matrices;
    if matrices.color.iter().any(|m| m.rows != 3) {
        return Err(unsupported("RAW", "a sensor of four colours"));
    }
    let mut notes = Vec::new();
    let mut xyz_to_camera: Vec<_> = matrices.color.iter().filter_map(|m| calibrated(matrices, m)).collect();
    if xyz_to_camera.is_empty() {
        notes.push("no colour calibration is known for this camera; its colours are read as sRGB".into());
        xyz_to_camera.push((Illuminant::D65, XYZ_TO_SRGB));
    }
    let diagonal = matrices.calibration.iter().all(|m| matrix(&m.values).is_some_and(is_diagonal));
    if !diagonal && !matrices.forward.is_empty() {
        notes.push("the forward matrices are not used, because the camera calibration mixes colours".into());
    }
    let forward =
        matrices.forward.iter().filter(|_| diagonal).filter_map(|m| Some((light(m), matrix(&m.values)?))).collect();
    let as_shot = info.white_balance.map(|wb| [wb.coeffs[0], 1.0, wb.coeffs[2]]);
    if as_shot.is_none() {
        notes.push("the file has no white balance".into());
    }
    Ok((CameraColor { xyz_to_camera, forward, as_shot }, notes))
}

/// AnalogBalance × CameraCalibration × ColorMatrix (DNG 1.7.1, chapter 6).
fn calibrated(all: &ColorMatrices, m: &ColorMatrix) -> Option<(Illuminant, Matrix3)> {
    let mut product = matrix(&m.values)?;
    if let Some(calibration) =
        all.calibration.iter().find(|c| c.illuminant == m.illuminant).and_then(|c| matrix(&c.values))
    {
        product = multiply(calibration, product);
    }
    if let [r, g, b] = all.analog_balance[..] {
        product = multiply([[r, 0.0, 0.0], [0.0, g, 0.0], [0.0, 0.0, b]], product);
    }
    product.as_flattened().iter().all(|v| v.is_finite()).then_some((light(m), product))
}

/// XYZ D65 to linear sRGB (IEC 61966-2-1).
const XYZ_TO_SRGB: Matrix3 = [
    [3.240_454_2, -1.537_138_5, -0.498_531_4],
    [-0.969_266, 1.876_010_8, 0.041_556],
    [0.055_643_4, -0.204_025_9, 1.057_225_2],
];

/// The illuminant; one that the file does not name counts as daylight.
fn light(m: &ColorMatrix) -> Illuminant {
    if matches!(m.illuminant.0, 0 | 255) { Illuminant::D65 } else { Illuminant(m.illuminant.0) }
}

fn matrix(values: &[f32]) -> Option<Matrix3> {
    let (rows, rest) = values.as_chunks::<3>();
    let rows: [[f32; 3]; 3] = rows.try_into().ok()?;
    (rest.is_empty() && values.iter().all(|v| v.is_finite())).then_some(rows)
}

fn multiply(a: Matrix3, b: Matrix3) -> Matrix3 {
    std::array::from_fn(|r| std::array::from_fn(|c| (0..3).map(|k| a[r][k] * b[k][c]).sum()))
}

fn is_diagonal(m: Matrix3) -> bool {
    (0..3).all(|r| (0..3).all(|c| r == c || m[r][c] == 0.0))
}

pub(super) fn capture(meta: &RawMetadata) -> Capture {
    let text = |s: &Option<String>| s.clone().filter(|s| !s.is_empty());
    Capture {
        make: meta.make.clone(),
        model: meta.model.clone(),
        lens: text(&meta.lens.model),
        iso: meta.exposure.iso,
        exposure_s: meta.exposure.exposure_time,
        f_number: meta.exposure.f_number,
        focal_mm: meta.exposure.focal_length,
        taken: meta.capture_time.as_deref().and_then(exif_time),
        artist: text(&meta.artist),
        copyright: text(&meta.copyright),
        serial: text(&meta.serial),
        gps: meta.gps.as_ref().and_then(|g| g.latitude.zip(g.longitude)),
        ..Capture::default()
    }
}

/// `2024-05-17T10:20:30…` as EXIF writes it.
fn exif_time(iso: &str) -> Option<String> {
    let (date, time) = iso.get(..19)?.split_once('T')?;
    Some(format!("{} {time}", date.replace('-', ":")))
}

fn rect(r: flashraw::Rect) -> Rect {
    Rect::new(r.x, r.y, r.width, r.height)
}

pub(super) fn orientation(o: flashraw::Orientation) -> Orientation {
    Orientation::from_exif(o.exif()).unwrap_or_default()
}

fn unsupported(format: &str, what: &str) -> PhotoError {
    PhotoError::Unsupported { format: format.into(), what: what.into() }
}

/// The library's errors in our words.
fn photo_error(e: Error) -> PhotoError {
    match e {
        Error::UnsupportedFormat(seen) => PhotoError::UnknownFormat { seen },
        Error::UnsupportedCompression { format, compression } => unsupported(format, &compression),
        Error::CameraUnsupported { make, model, reason } => {
            let what = if reason.is_empty() { "this kind of file" } else { &reason };
            unsupported(&format!("{make} {model}"), what)
        }
        Error::CorruptFile { what, .. } => PhotoError::Damaged { what },
        other => PhotoError::Damaged { what: other.to_string() },
    }
}

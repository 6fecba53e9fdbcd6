//! What a recipe may say of an output file.

use serde::{Deserialize, Serialize};

/// Format and its settings; `format` chooses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "lowercase", deny_unknown_fields)]
pub enum Encode {
    /// Lossy, 8 bit.
    Jpeg(Jpeg),
    /// Lossless, 8 or 16 bit.
    Png(Png),
    /// Lossy or lossless, 8 bit.
    Webp(Webp),
    /// Lossless, 8 or 16 bit.
    Tiff(Tiff),
    /// Lossy, 8 bit.
    Avif(Avif),
    /// JPEG XL, lossless, 8 or 16 bit.
    Jxl(Jxl),
}

/// JPEG settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jpeg {
    /// 1 to 100, libjpeg's scale.
    pub quality: u8,
    /// Chroma subsampling.
    pub subsampling: Subsampling,
    /// Progressive scans.
    pub progressive: bool,
    /// Largest file in bytes; the quality is lowered until it fits.
    pub max_bytes: Option<u64>,
}

impl Default for Jpeg {
    fn default() -> Self {
        Self { quality: 85, subsampling: Subsampling::S420, progressive: false, max_bytes: None }
    }
}

/// Chroma subsampling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subsampling {
    /// Full chroma.
    #[serde(rename = "4:4:4")]
    S444,
    /// Half horizontally.
    #[serde(rename = "4:2:2")]
    S422,
    /// Half in both directions.
    #[serde(rename = "4:2:0")]
    S420,
}

/// PNG settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Png {
    /// Bits a sample.
    pub depth: Depth,
}

/// WebP settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webp {
    /// 1 to 100; ignored when lossless.
    pub quality: u8,
    /// Exact pixels.
    pub lossless: bool,
}

impl Default for Webp {
    fn default() -> Self {
        Self { quality: 82, lossless: false }
    }
}

/// TIFF settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tiff {
    /// Bits a sample.
    pub depth: Depth,
    /// Compression.
    pub compression: TiffCompression,
}

/// TIFF compression.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TiffCompression {
    /// None.
    None,
    /// LZW.
    Lzw,
    /// Deflate.
    #[default]
    Deflate,
}

/// AVIF settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Avif {
    /// 1 to 100.
    pub quality: u8,
    /// 1 slow to 10 fast.
    pub speed: u8,
}

impl Default for Avif {
    fn default() -> Self {
        Self { quality: 75, speed: 8 }
    }
}

/// JPEG XL settings (lossless).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jxl {
    /// Bits a sample.
    pub depth: Depth,
}

/// Bits a sample.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Depth {
    /// 8.
    #[default]
    Eight,
    /// 16.
    Sixteen,
}

impl TryFrom<u8> for Depth {
    type Error = String;

    fn try_from(bits: u8) -> Result<Self, String> {
        match bits {
            8 => Ok(Self::Eight),
            16 => Ok(Self::Sixteen),
            other => Err(format!("depth is 8 or 16, not {other}")),
        }
    }
}

impl From<Depth> for u8 {
    fn from(depth: Depth) -> u8 {
        match depth {
            Depth::Eight => 8,
            Depth::Sixteen => 16,
        }
    }
}

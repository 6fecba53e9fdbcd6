//! Every key of a recipe: its allowed values and what it means. The [model](super::model) has the same keys; a test
//! holds the two together.

use super::assets::AssetKind;
use super::shape::{Field, Kind, Shape, Text};
use Shape::{Bool, Choice, Either, Integer, List, Map, Number, Sizes, Table, Tagged};

const fn need(name: &'static str, shape: &'static Shape, about: &'static str) -> Field {
    Field { name, shape, required: true, about }
}

const fn may(name: &'static str, shape: &'static Shape, about: &'static str) -> Field {
    Field { name, shape, required: false, about }
}

const fn kind(name: &'static str, fields: &'static [Field], about: &'static str) -> Kind {
    Kind { name, fields, about }
}

static FRACTION: Shape = Number(0.0, 1.0);
static PERCENT: Shape = Number(0.0, 100.0);
static SIGNED_PERCENT: Shape = Number(-100.0, 100.0);
static SIGMA: Shape = Number(0.1, 100.0);
static AMOUNT: Shape = Number(0.0, 10.0);
static QUALITY: Shape = Integer(1, 100);
static SIDE: Shape = Integer(1, 65535);
static DEPTH: Shape = Sizes(&[8, 16]);
static NAME: Shape = Shape::Text(Text::Name);
static FREE: Shape = Shape::Text(Text::Free);
static COLOR: Shape = Shape::Text(Text::Color);

/// The whole file.
pub(super) static RECIPE: Shape = Table(&[
    need("version", &Integer(1, 1), "version of the recipe's words"),
    may("develop", &DEVELOP, "from sensor to picture"),
    may("geometry", &GEOMETRY, "shape of the picture, before any rendition"),
    may("filters", &FILTERS, "filters of every rendition, before its own"),
    may("watermark", &WATERMARK, "watermark of every rendition that has none of its own"),
    may("metadata", &METADATA, "what is written into the files besides pixels"),
    may("output", &OUTPUT, "where the files go"),
    may("seats", &Map(Text::Name, &Integer(1, 1000)), "seats a photo needs while it is worked on, by pool"),
    need("renditions", &List(&RENDITION, 1, 32), "the outputs of a photo"),
]);

static DEVELOP: Shape = Table(&[
    may("white_balance", &WHITE_BALANCE, "as the camera chose, grey-world, or by temperature or multipliers"),
    may("exposure", &EXPOSURE, "in EV"),
    may("highlights", &Choice(&["clip", "blend"]), "what becomes of clipped pixels"),
    may("demosaic", &Choice(&["rcd", "best", "bilinear", "half"]), "how the missing colours are found"),
    may("hot_pixels", &Bool, "repair pixels that stand far out of their neighbours"),
    may(
        "denoise",
        &Either(&[&Choice(&["auto", "off"]), &PERCENT]),
        "noise reduction, by ISO (from 800 on) or as a strength",
    ),
    may("tone", &Choice(&["neutral", "linear"]), "tone curve; linear is for measurement"),
    may("saturation", &SIGNED_PERCENT, "-100 is grey"),
    may("vibrance", &SIGNED_PERCENT, "saturation that spares skin and what is already colourful"),
    may("lut", &LUT, "a look, after all of that"),
]);

static LUT: Shape = Table(&[
    need("file", &Shape::Text(Text::Asset(AssetKind::Lut)), "a .cube file beside the recipe"),
    may("strength", &PERCENT, "how much of it"),
    may("space", &SPACE, "whose encoded values it is made for"),
]);
static SPACE: Shape = Choice(&["srgb", "display-p3", "adobe-rgb"]);

static EXPOSURE: Shape = Number(-5.0, 5.0);
static WHITE_BALANCE: Shape = Either(&[
    &Choice(&["as-shot", "auto"]),
    &Table(&[
        may("kelvin", &Number(2000.0, 25000.0), "colour temperature"),
        may("tint", &Number(-150.0, 150.0), "green to magenta"),
        may("multipliers", &List(&Number(0.05, 20.0), 3, 3), "of camera R, G, B"),
    ]),
]);

static GEOMETRY: Shape = Table(&[
    may("straighten", &STRAIGHTEN, "clockwise, in degrees"),
    may("crop", &CROP, "part to keep, as fractions of the straightened upright picture"),
    may("trim", &TRIM, "cut away the even border around the content"),
]);

static STRAIGHTEN: Shape = Number(-45.0, 45.0);
static CROP: Shape = Table(&[
    need("x", &FRACTION, "left edge"),
    need("y", &FRACTION, "top edge"),
    need("width", &FRACTION, "width"),
    need("height", &FRACTION, "height"),
]);

static TRIM: Shape = Table(&[
    may("tolerance", &PERCENT, "distance from the border colour that counts as content, in percent of the range"),
    may("margin", &PERCENT, "border to leave, in percent of the content's larger side"),
]);

static FILTERS: Shape = List(&FILTER, 0, 32);
static FILTER: Shape = Tagged {
    tag: "op",
    kinds: &[
        kind("gaussian_blur", &[need("sigma", &SIGMA, "in pixels")], "blur in linear light"),
        kind(
            "unsharp_mask",
            &[
                need("sigma", &SIGMA, "in pixels"),
                need("amount", &AMOUNT, "of the difference to the blurred picture that is added"),
                may("threshold", &FRACTION, "smaller differences stay as they are"),
            ],
            "classic sharpening",
        ),
        kind("sharpen", &[need("amount", &AMOUNT, "strength")], "light sharpening of luminance without halos"),
        kind(
            "convolve",
            &[
                need("kernel", &List(&Number(-1000.0, 1000.0), 9, 225), "an odd square of weights, row by row"),
                may("divisor", &Number(-1e6, 1e6), "divides the sum; the sum of weights where absent"),
                may("bias", &Number(-1.0, 1.0), "added at the end"),
            ],
            "a kernel of one's own",
        ),
        kind("median", &[need("radius", &Integer(1, 7), "in pixels")], "median of a square"),
        kind(
            "vignette",
            &[
                need("strength", &Number(-1.0, 1.0), "above 0 darkens the corners, below lightens them"),
                may("radius", &FRACTION, "where it begins, as a fraction of the half diagonal"),
            ],
            "darker or lighter corners, in linear light",
        ),
        kind("grayscale", &[], "luminance in linear light"),
        kind("exec", &[need("tool", &NAME, "a name of the operator's configuration")], "a program of the operator"),
    ],
};

static RENDITION: Shape = Table(&[
    need("name", &NAME, "unique in the recipe"),
    may("fit", &Choice(&["inside", "cover", "pad"]), "how the picture fills the box"),
    may("width", &SIDE, "of the box in pixels; free where absent"),
    may("height", &SIDE, "of the box in pixels; free where absent"),
    may("gravity", &GRAVITY, "where cover looks and pad puts"),
    may("background", &COLOR, "around the picture for pad"),
    may("enlarge", &Bool, "may pixels be invented"),
    may("filters", &FILTERS, "filters of this rendition, after the recipe's"),
    may("watermark", &WATERMARK, "in place of the recipe's"),
    may("color", &SPACE, "colour space"),
    may(
        "profile",
        &Shape::Text(Text::Asset(AssetKind::Profile)),
        "an ICC profile that color is converted into at last",
    ),
    may("intent", &Choice(&["perceptual", "relative"]), "what becomes of colours outside of the profile"),
    may("dpi", &Integer(1, 10000), "resolution written into the file"),
    need("encode", &ENCODE, "the file"),
]);

static GRAVITY: Shape =
    Choice(&["center", "north", "south", "east", "west", "north-east", "north-west", "south-east", "south-west"]);

static ENCODE: Shape = Tagged {
    tag: "format",
    kinds: &[
        kind(
            "jpeg",
            &[
                may("quality", &QUALITY, "libjpeg's scale"),
                may("subsampling", &Choice(&["4:4:4", "4:2:2", "4:2:0"]), "resolution of colour"),
                may("progressive", &Bool, "appears in passes while it loads"),
                may("max_bytes", &Integer(1000, 1 << 40), "the quality is lowered until the file fits"),
            ],
            "lossy, 8 bit",
        ),
        kind("png", &[may("depth", &DEPTH, "bits a sample")], "lossless"),
        kind(
            "webp",
            &[may("quality", &QUALITY, "ignored when lossless"), may("lossless", &Bool, "exact pixels")],
            "8 bit",
        ),
        kind(
            "tiff",
            &[
                may("depth", &DEPTH, "bits a sample"),
                may("compression", &Choice(&["none", "lzw", "deflate"]), "all are lossless"),
            ],
            "lossless",
        ),
        kind(
            "avif",
            &[may("quality", &QUALITY, "quality"), may("speed", &Integer(1, 10), "1 is slow, 10 is fast")],
            "lossy, 8 bit",
        ),
        kind("jxl", &[may("depth", &DEPTH, "bits a sample")], "JPEG XL, lossless"),
    ],
};

static WATERMARK: Shape = Table(&[
    may("image", &Shape::Text(Text::Asset(AssetKind::Picture)), "a PNG beside the recipe; either this or text"),
    may("text", &FREE, "in the font, or else a bundled one"),
    may("font", &Shape::Text(Text::Asset(AssetKind::Font)), "a TrueType or OpenType font beside the recipe"),
    may("color", &COLOR, "of the text"),
    may("opacity", &FRACTION, "0 is invisible"),
    may("gravity", &GRAVITY, "place"),
    may("margin", &Number(0.0, 0.5), "distance from the edges, as a fraction of the shorter side"),
    may("width", &Number(0.001, 1.0), "width of the mark as a fraction of the rendition's width"),
    may("rotate", &Number(-360.0, 360.0), "clockwise, in degrees"),
    may("tile", &Bool, "repeat it over the whole picture"),
]);

static METADATA: Shape = Table(&[
    may("keep", &Choice(&["none", "safe", "all"]), "of the photo's own; only all keeps GPS and serial numbers"),
    may("set", &SET_METADATA, "set, whatever the photo says"),
]);

static SET_METADATA: Shape = Table(&[
    may("creator", &FREE, "who made it"),
    may("copyright", &FREE, "copyright notice"),
    may("keywords", &List(&FREE, 0, 200), "keywords"),
]);

static OUTPUT: Shape = Table(&[may(
    "path",
    &Shape::Text(Text::Template),
    "below the output folder, without suffix; {dir} {stem} {rendition} {date} {camera} {seq}",
)]);

/// Overrides by photo.
pub(super) static OVERRIDES: Shape = Map(Text::Photo, &OVERRIDE);

static OVERRIDE: Shape = Table(&[
    may("exposure", &EXPOSURE, "in EV, in place of the recipe's"),
    may("white_balance", &WHITE_BALANCE, "in place of the recipe's"),
    may("straighten", &STRAIGHTEN, "clockwise, in degrees, in place of the recipe's"),
    may("crop", &CROP, "in place of the recipe's"),
]);

//! The colour filter array: which colour each sensor pixel sees.

use crate::Orientation;
use serde::{Deserialize, Serialize};

/// A colour of the sensor; the number indexes planes and levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Color {
    /// Red.
    R = 0,
    /// Green.
    G = 1,
    /// Blue.
    B = 2,
}

/// A repeating pattern of colours; its phase belongs to pixel (0, 0) of the plane that it describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cfa {
    /// 2 × 2, `[row][column]`; two greens on a diagonal.
    Bayer([[Color; 2]; 2]),
    /// Fujifilm's 6 × 6, `[row][column]`.
    XTrans([[Color; 6]; 6]),
    /// No filter: one luminance sample a pixel.
    Mono,
}

use Color::{B, G, R};

impl Cfa {
    /// Red top left.
    pub const RGGB: Self = Self::Bayer([[R, G], [G, B]]);
    /// Blue top left.
    pub const BGGR: Self = Self::Bayer([[B, G], [G, R]]);
    /// Green top left, red beside it.
    pub const GRBG: Self = Self::Bayer([[G, R], [B, G]]);
    /// Green top left, blue beside it.
    pub const GBRG: Self = Self::Bayer([[G, B], [R, G]]);

    /// Side of the repeating square: 2, 6 or 1.
    pub const fn period(&self) -> usize {
        match self {
            Self::Bayer(_) => 2,
            Self::XTrans(_) => 6,
            Self::Mono => 1,
        }
    }

    /// The colour at column `x`, row `y`.
    #[inline]
    pub const fn color_at(&self, x: usize, y: usize) -> Color {
        match self {
            Self::Bayer(p) => p[y % 2][x % 2],
            Self::XTrans(p) => p[y % 6][x % 6],
            Self::Mono => G,
        }
    }

    /// The pattern of the plane that begins at column `dx`, row `dy` of this one.
    pub fn shifted(&self, dx: usize, dy: usize) -> Self {
        self.remapped(|x, y| (x + dx, y + dy))
    }

    /// The pattern of the upright plane, for a stored plane whose sides leave the remainders `width % period` and
    /// `height % period`; sizes may be the real ones.
    pub fn oriented(&self, o: Orientation, stored: crate::Size) -> Self {
        let n = self.period() as u32;
        let wrapped = crate::Size::new(stored.width % n + n, stored.height % n + n);
        self.remapped(|x, y| {
            let (sx, sy) = o.stored_at(wrapped, x as u32, y as u32);
            (sx as usize, sy as usize)
        })
    }

    fn remapped(&self, from: impl Fn(usize, usize) -> (usize, usize)) -> Self {
        let at = |x, y| {
            let (sx, sy) = from(x, y);
            self.color_at(sx, sy)
        };
        match self {
            Self::Bayer(_) => Self::Bayer(std::array::from_fn(|y| std::array::from_fn(|x| at(x, y)))),
            Self::XTrans(_) => Self::XTrans(std::array::from_fn(|y| std::array::from_fn(|x| at(x, y)))),
            Self::Mono => Self::Mono,
        }
    }
}

impl std::fmt::Display for Cfa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bayer(p) => p.iter().flatten().try_for_each(|c| write!(f, "{c:?}")),
            Self::XTrans(_) => f.write_str("X-Trans"),
            Self::Mono => f.write_str("mono"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn orienting_moves_colours_with_their_pixels(
            v in 1u32..=8, w in 2u32..20, h in 2u32..20, px in 0usize..20, py in 0usize..20, dx in 0usize..2
        ) {
            let cfa = Cfa::GRBG.shifted(dx, 0);
            let o = Orientation::from_exif(v).expect("1 to 8");
            let stored = Size::new(w, h);
            let up = o.upright_size(stored);
            let (x, y) = (px as u32 % up.width, py as u32 % up.height);
            let (sx, sy) = o.stored_at(stored, x, y);
            prop_assert_eq!(
                cfa.oriented(o, stored).color_at(x as usize, y as usize),
                cfa.color_at(sx as usize, sy as usize)
            );
        }
    }
}

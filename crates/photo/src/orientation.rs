//! The eight ways a camera may have been held (EXIF 2.32, tag 0x0112).

use crate::{Rect, Size};
use serde::{Deserialize, Serialize};

/// How stored pixels become upright: first an optional exchange of rows and columns, then mirrors of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Orientation {
    /// Rows become columns.
    pub transpose: bool,
    /// The upright picture is mirrored left to right after the exchange.
    pub flip_x: bool,
    /// The upright picture is mirrored top to bottom after the exchange.
    pub flip_y: bool,
}

impl Orientation {
    /// Stored upright.
    pub const UPRIGHT: Self = Self::new(false, false, false);

    const fn new(transpose: bool, flip_x: bool, flip_y: bool) -> Self {
        Self { transpose, flip_x, flip_y }
    }

    /// From the EXIF value 1 to 8; `None` for any other.
    pub const fn from_exif(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::new(false, false, false),
            2 => Self::new(false, true, false),
            3 => Self::new(false, true, true),
            4 => Self::new(false, false, true),
            5 => Self::new(true, false, false),
            6 => Self::new(true, true, false),
            7 => Self::new(true, true, true),
            8 => Self::new(true, false, true),
            _ => return None,
        })
    }

    /// The EXIF value, 1 to 8.
    pub const fn exif(self) -> u16 {
        match (self.transpose, self.flip_x, self.flip_y) {
            (false, false, false) => 1,
            (false, true, false) => 2,
            (false, true, true) => 3,
            (false, false, true) => 4,
            (true, false, false) => 5,
            (true, true, false) => 6,
            (true, true, true) => 7,
            (true, false, true) => 8,
        }
    }

    /// The upright size of a picture stored with size `stored`.
    pub const fn upright_size(self, stored: Size) -> Size {
        if self.transpose { stored.transposed() } else { stored }
    }

    /// The stored pixel that is shown at `x`, `y` of the upright picture; `stored` is the stored size.
    #[inline]
    pub const fn stored_at(self, stored: Size, x: u32, y: u32) -> (u32, u32) {
        let upright = self.upright_size(stored);
        let x = if self.flip_x { upright.width - 1 - x } else { x };
        let y = if self.flip_y { upright.height - 1 - y } else { y };
        if self.transpose { (y, x) } else { (x, y) }
    }

    /// The upright rectangle that shows the stored rectangle `rect` of a picture of size `stored`.
    pub const fn upright_rect(self, stored: Size, rect: Rect) -> Rect {
        let upright = self.upright_size(stored);
        let r = if self.transpose { Rect::new(rect.y, rect.x, rect.height, rect.width) } else { rect };
        let x = if self.flip_x { upright.width - r.right() } else { r.x };
        let y = if self.flip_y { upright.height - r.bottom() } else { r.y };
        Rect::new(x, y, r.width, r.height)
    }

    /// The orientation that does `self` and then `next`.
    pub const fn then(self, next: Self) -> Self {
        let (fx, fy) = if next.transpose { (self.flip_y, self.flip_x) } else { (self.flip_x, self.flip_y) };
        Self::new(self.transpose != next.transpose, fx != next.flip_x, fy != next.flip_y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_orientation() -> impl Strategy<Value = Orientation> {
        (1u32..=8).prop_map(|v| Orientation::from_exif(v).expect("1 to 8"))
    }

    proptest! {
        #[test]
        fn orientations_compose(a in any_orientation(), b in any_orientation(), x in 0u32..7, y in 0u32..5) {
            let stored = Size::new(7, 5);
            let middle = a.upright_size(stored);
            let last = b.upright_size(middle);
            let (x, y) = (x % last.width, y % last.height);
            let (mx, my) = b.stored_at(middle, x, y);
            prop_assert_eq!(a.then(b).stored_at(stored, x, y), a.stored_at(stored, mx, my));
        }

        #[test]
        fn exif_values_come_back(v in 1u32..=8) {
            prop_assert_eq!(u32::from(Orientation::from_exif(v).expect("1 to 8").exif()), v);
        }

        #[test]
        fn a_rectangle_keeps_its_pixels(o in any_orientation(), x in 0u32..5, y in 0u32..3) {
            let stored = Size::new(7, 5);
            let rect = Rect::new(x, y, 2, 2);
            let up = o.upright_rect(stored, rect);
            for (ux, uy) in [(up.x, up.y), (up.right() - 1, up.bottom() - 1)] {
                let (sx, sy) = o.stored_at(stored, ux, uy);
                prop_assert!(rect.contains(Rect::new(sx, sy, 1, 1)));
            }
        }
    }

    #[test]
    fn six_turns_the_stored_left_bottom_to_the_top_left() {
        let o = Orientation::from_exif(6).expect("6");
        assert_eq!(o.stored_at(Size::new(4, 3), 0, 0), (0, 2));
    }
}

//! How a picture divides into components, blocks and MCUs (T.81, A.1 and A.2).

use crate::Size;
use crate::encode::Subsampling;

/// Y, Cb, Cr.
pub(super) const COMPONENTS: usize = 3;

/// Size and subsampling of a picture, and what follows from them.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub size: Size,
    pub components: [Component; COMPONENTS],
    /// MCUs in a row, and rows of MCUs.
    pub mcus: (usize, usize),
}

/// One component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    /// Blocks of an MCU, horizontally and vertically: the sampling factors.
    pub factors: (usize, usize),
    /// Blocks that hold a sample of the picture, in a row and in a column.
    pub blocks: (usize, usize),
    /// Which quantisation and Huffman tables: 0 for luma, 1 for chroma.
    pub table: usize,
}

impl Frame {
    pub fn new(size: Size, subsampling: Subsampling) -> Self {
        let most = match subsampling {
            Subsampling::S444 => (1, 1),
            Subsampling::S422 => (2, 1),
            Subsampling::S420 => (2, 2),
        };
        let (width, height) = (size.width as usize, size.height as usize);
        let mcus = (width.div_ceil(8 * most.0), height.div_ceil(8 * most.1));
        let luma = Component { factors: most, blocks: (width.div_ceil(8), height.div_ceil(8)), table: 0 };
        let chroma = Component { factors: (1, 1), blocks: mcus, table: 1 };
        Self { size, components: [luma, chroma, chroma], mcus }
    }

    /// Luma columns and rows of a chroma sample.
    pub fn step(&self) -> (usize, usize) {
        self.components[0].factors
    }

    /// The blocks of one MCU in the order of a scan: component, and place among the blocks of this MCU row. `None` is a
    /// block beyond the picture's edge, which luma has when an MCU is larger than what is left.
    #[inline(always)]
    pub fn mcu(&self, row: usize, column: usize) -> impl Iterator<Item = (usize, Option<usize>)> {
        self.components.iter().enumerate().flat_map(move |(i, c)| {
            let (h, v) = c.factors;
            let rows = c.block_rows(row);
            (0..h * v).map(move |block| {
                let (x, y) = (column * h + block % h, block / h);
                (i, (x < c.blocks.0 && y < rows).then_some(y * c.blocks.0 + x))
            })
        })
    }

    /// Blocks of an MCU.
    pub fn mcu_blocks(&self) -> usize {
        self.components.iter().map(|c| c.factors.0 * c.factors.1).sum()
    }
}

impl Component {
    /// Block rows of MCU row `mcu` that hold a sample of the picture.
    pub fn block_rows(&self, mcu: usize) -> usize {
        self.factors.1.min(self.blocks.1 - mcu * self.factors.1)
    }

    /// Blocks of the whole component.
    pub fn area(&self) -> usize {
        self.blocks.0 * self.blocks.1
    }
}

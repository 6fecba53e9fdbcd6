//! The allocator between photos, so that a photo takes what it takes, whatever came before it.

/// The part of this process's memory that small blocks come from.
pub struct Heap {
    /// Where it ended before the first photo.
    #[cfg(target_env = "gnu")]
    start: usize,
}

/// The most that holes between living blocks cost a photo.
#[cfg(target_env = "gnu")]
const HOLES: usize = 5 << 19;

#[cfg(target_env = "gnu")]
impl Heap {
    /// The heap of this process, from where it ends now.
    pub fn begin() -> Self {
        Self { start: top() }
    }

    /// Hands free pages back to the kernel.
    pub fn give_back(&self) {
        // SAFETY: the allocator's own function, which may be called at any time (malloc_trim(3)).
        unsafe { libc::malloc_trim(0) };
    }

    /// Bytes that the next photo may touch beyond what it needs. Blocks that live on, such as tables, keep the heap as
    /// long as a large photo made it; the next one strews its blocks over the holes, large ones too.
    pub fn holes(&self) -> u64 {
        (top().saturating_sub(self.start) / 2).min(HOLES) as u64
    }
}

/// Where the heap ends.
#[cfg(target_env = "gnu")]
fn top() -> usize {
    // SAFETY: 0 moves nothing (sbrk(2)).
    unsafe { libc::sbrk(0) as usize }
}

/// Other allocators are left alone.
#[cfg(not(target_env = "gnu"))]
impl Heap {
    /// Nothing to know.
    pub fn begin() -> Self {
        Self {}
    }

    /// Nothing to do.
    pub fn give_back(&self) {}

    /// Not known.
    pub fn holes(&self) -> u64 {
        0
    }
}

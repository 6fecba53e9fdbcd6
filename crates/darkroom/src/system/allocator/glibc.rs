//! glibc's allocator: how workers set it, and how it is put in order between photos, so that a photo takes what it takes,
//! whatever came before it.

/// What a worker finds in its environment. One arena, fixed thresholds: a freed picture goes back to the kernel at once
/// (mallopt(3)). Huge pages for what is large: a quarter of the page faults.
pub const SETTINGS: &[(&str, &str)] = &[
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "32768"),
    ("MALLOC_TRIM_THRESHOLD_", "4194304"),
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
];

/// The part of this process's memory that small blocks come from.
pub struct Heap {
    /// Where it ended before the first photo.
    start: usize,
}

/// What is left of huge pages, at most: one of 2 MB at the end of the heap, and a few small blocks that got their own.
const HUGE_PAGES: usize = 3 << 20;
/// The most that holes between living blocks cost a photo.
const HOLES: usize = 5 << 19;

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

    /// Bytes that the next photo may touch beyond what it needs: huge pages that it begins and does not fill, and holes.
    /// Blocks that live on, such as tables, keep the heap as long as a large photo made it; the next one strews its
    /// blocks over the holes, large ones too.
    pub fn slack(&self) -> u64 {
        (HUGE_PAGES + (top().saturating_sub(self.start) / 2).min(HOLES)) as u64
    }
}

/// Where the heap ends.
fn top() -> usize {
    // SAFETY: 0 moves nothing (sbrk(2)).
    unsafe { libc::sbrk(0) as usize }
}

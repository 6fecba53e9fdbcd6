//! The program itself, resident as a whole.
//!
//! Pages of a program come in when they are first touched, and count as the memory of whoever touches them. A worker
//! takes them all in before its first photo, so that a photo's peak holds what the photo takes and nothing else. The
//! pages are shared: all workers together hold them once.

use rustix::mm::{Advice, madvise};
use std::ops::Range;

/// Takes in every page of the program and of its libraries. A kernel that cannot (before Linux 5.14) lets them come one
/// by one, as before.
pub fn take_in_program() {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    for pages in maps.lines().filter_map(constant_pages) {
        // SAFETY: reading pages of a file in changes none of them, whatever lies there (madvise(2)).
        let _ = unsafe { madvise(pages.start as *mut _, pages.len(), Advice::LinuxPopulateRead) };
    }
}

/// The addresses of a line of `/proc/self/maps` (proc(5)) that tells of a file's pages which cannot be written.
fn constant_pages(line: &str) -> Option<Range<usize>> {
    let mut words = line.split_ascii_whitespace();
    let (addresses, rights, path) = (words.next()?, words.next()?, words.nth(3)?);
    let (start, end) = addresses.split_once('-')?;
    let number = |digits| usize::from_str_radix(digits, 16).ok();
    let constant = matches!(rights, "r--p" | "r-xp") && path.starts_with('/');
    constant.then_some(number(start)?..number(end)?)
}

#[cfg(test)]
mod tests {
    use super::super::meter::kilobytes;
    use super::*;

    #[test]
    fn only_what_is_read_from_a_file_is_taken_in() {
        let code = "c0a2000-c0b3000 r-xp 00002000 fe:00 1841 /usr/bin/rawmill";
        assert_eq!(constant_pages(code), Some(0xc0a_2000..0xc0b_3000));
        assert_eq!(constant_pages("7f00-7f10 r--p 00000000 fe:00 12 /lib/libm.so.6"), Some(0x7f00..0x7f10));
        assert_eq!(constant_pages("7f00-7f10 rw-p 00000000 fe:00 12 /lib/libm.so.6"), None);
        assert_eq!(constant_pages("7f00-7f10 rw-p 00000000 00:00 0 [heap]"), None);
        assert_eq!(constant_pages("7f00-7f10 r--p 00000000 00:00 0 [vvar]"), None);
        assert_eq!(constant_pages("7f00-7f10 rw-p 00000000 00:00 0"), None);
    }

    #[test]
    fn nothing_of_it_is_missing_afterwards() {
        take_in_program();
        let smaps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let own = std::env::current_exe().unwrap();
        let is_code = |line: &&str| line.contains(" r-xp ") && line.ends_with(own.to_str().unwrap());
        let mut code = smaps.lines().skip_while(|line| !is_code(line));
        let mut bytes = |key| code.find_map(|line| kilobytes(line, key)).unwrap();
        assert_eq!(bytes("Size:"), bytes("Rss:"));
    }
}

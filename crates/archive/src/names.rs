//! Names that every system can unpack, below the folder in which somebody unpacks.

use std::collections::{HashMap, HashSet};

/// Longest name of a file or folder, in bytes: what file systems take, with room for a number.
const SEGMENT: usize = 240;
/// Longest suffix that is kept where a name is cut.
const SUFFIX: usize = 16;
/// Longest path, in bytes.
const PATH: usize = 3_800;

/// Gives each file of an archive a name of its own: the same list, the same names.
///
/// Lost are folders above, roots and drives, control characters, marks that turn the direction of writing, and what
/// Windows has no file for. Names that differ in capitals alone are the same to some systems, so they count as the same: the second
/// gets a number.
#[derive(Debug, Default)]
pub struct Names {
    files: HashSet<String>,
    folders: HashSet<String>,
    /// By name: the number that is tried next.
    next: HashMap<String, u32>,
}

impl Names {
    /// The name for the next file that wants this one.
    pub fn take(&mut self, wanted: &str) -> String {
        let safe = safe(wanted);
        let blocked = folders(&safe).any(|folder| self.files.contains(&folder.to_lowercase()));
        // A file cannot be a folder too.
        let safe = if blocked { cut(&safe.replace('/', "_")) } else { safe };
        let name = if self.is_free(&safe) { safe } else { self.numbered(&safe) };
        self.folders.extend(folders(&name).map(str::to_lowercase));
        self.files.insert(name.to_lowercase());
        name
    }

    fn is_free(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        !self.files.contains(&name) && !self.folders.contains(&name)
    }

    fn numbered(&mut self, name: &str) -> String {
        let (stem, suffix) = split(name);
        let mut number = self.next.get(&name.to_lowercase()).copied().unwrap_or(2);
        let mut candidate = format!("{stem}-{number}{suffix}");
        while !self.is_free(&candidate) {
            number += 1;
            candidate = format!("{stem}-{number}{suffix}");
        }
        self.next.insert(name.to_lowercase(), number + 1);
        candidate
    }
}

/// The folders that a path leads through: of `a/b/c` `a` and `a/b`.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Without what could lead elsewhere or deceive the eye. The last folders are kept where there are too many.
fn safe(name: &str) -> String {
    let (mut kept, mut length) = (Vec::new(), 0);
    for segment in name.rsplit('/').map(segment).filter(|segment| !segment.is_empty()) {
        length += segment.len() + 1;
        if length > PATH {
            break;
        }
        kept.push(segment);
    }
    kept.reverse();
    if kept.is_empty() { "file".into() } else { kept.join("/") }
}

/// A harmless name of a file or folder; nothing is left of `.` and `..`. Windows drops dots and blanks at the end.
fn segment(text: &str) -> String {
    let clean: String = text.chars().map(|c| if is_harmful(c) { '_' } else { c }).collect();
    cut(&clean).trim_end_matches([' ', '.']).to_owned()
}

fn is_harmful(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Shortens the stem of a name that is too long.
fn cut(name: &str) -> String {
    let (stem, suffix) = split(name);
    let (stem, suffix) = if suffix.len() > SUFFIX { (name, "") } else { (stem, suffix) };
    format!("{}{suffix}", &stem[..stem.floor_char_boundary(SEGMENT - suffix.len())])
}

/// A path before and from its suffix.
fn split(path: &str) -> (&str, &str) {
    let file = path.rfind('/').map_or(0, |at| at + 1);
    match path[file..].rfind('.') {
        Some(dot) if dot > 0 => path.split_at(file + dot),
        _ => (path, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(names: &[&str]) -> Vec<String> {
        let mut all = Names::default();
        names.iter().map(|name| all.take(name)).collect()
    }

    #[test]
    fn what_leads_elsewhere_is_lost() {
        let found =
            taken(&["/etc/passwd", "../../a.jpg", "C:\\x\\b.jpg", "c/./../d//e.jpg", "", "..", "f\0\n.jpg", "g. . "]);
        assert_eq!(found, ["etc/passwd", "a.jpg", "C__x_b.jpg", "c/d/e.jpg", "file", "file-2", "f__.jpg", "g"]);
    }

    #[test]
    fn each_has_a_name_of_its_own() {
        let found = taken(&["a/b.jpg", "a/B.jpg", "a/b.jpg", "a/b-2.jpg", ".x", ".x"]);
        assert_eq!(found, ["a/b.jpg", "a/B-2.jpg", "a/b-3.jpg", "a/b-2-2.jpg", ".x", ".x-2"]);
    }

    #[test]
    fn no_file_is_a_folder_too() {
        assert_eq!(taken(&["a", "A/b", "c/d", "c"]), ["a", "A_b", "c/d", "c-2"]);
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let long = format!("{}.jpg", "ü".repeat(300));
        let path = "f/".repeat(5_000) + &long;
        let found = taken(&[&long, &path]);
        assert!(found[0].len() <= SEGMENT && found[0].ends_with("ü.jpg"), "{}", found[0]);
        assert!(found[1].len() <= PATH && found[1].ends_with(".jpg") && found[1].starts_with("f/"));
    }
}

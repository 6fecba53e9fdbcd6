//! `Content-Disposition`; RFC 6266 and RFC 8187.

use crate::links::FileName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands as itself in an extended value; `attr-char` of RFC 8187, 3.2.1.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The value of `Content-Disposition`: an attachment, under this name or one that the browser makes up.
///
/// The name loses what could lead out of the folder or deceive the eye: slashes, control characters, marks that turn the
/// direction of writing. The value is one line of visible ASCII whatever the name was.
pub fn disposition(name: Option<&FileName>) -> String {
    let Some(name) = name else { return "attachment".to_owned() };
    let clean: String = name.as_str().chars().map(|c| if is_harmful(c) { '_' } else { c }).collect();
    let plain: String = clean.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    match plain == clean {
        true => format!("attachment; filename=\"{plain}\""),
        false => format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(&clean, ESCAPED)),
    }
}

fn is_harmful(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '/' | '\\' | ':')
}

/// What needs no escape in a quoted string, and no browser takes for one.
fn is_plain(c: char) -> bool {
    c == ' ' || (c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%'))
}

//! Writes SVG: boxes, texts, lines with arrows. Whole numbers, so that the bytes are the same everywhere.

use std::fmt::Write;

/// The look of all pictures.
const STYLE: &str = "text{font-family:Helvetica,Arial,'DejaVu Sans',sans-serif;font-size:10px;fill:#333}\
.title{font-size:16px;font-weight:bold;fill:#111}.name{font-size:12px;font-weight:bold;fill:#111}\
.soft{fill:#667}.bad{fill:#b3261e;font-weight:bold}.good{fill:#1b7f3b;font-weight:bold}\
.sign{fill:#fff;font-weight:bold;text-anchor:middle}.mono{font-family:Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:10px;fill:#111}";

/// Of what is an error, a warning, a note; white letters can be read on each.
pub(crate) const ERROR: &str = "#b3261e";
pub(crate) const WARNING: &str = "#8a5a00";
pub(crate) const NOTE: &str = "#3b5b92";
/// From one sign to the next.
pub(crate) const SIGN: i32 = 30;

/// Colours of a box.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub fill: &'static str,
    pub line: &'static str,
    pub width: u8,
    pub dashed: bool,
}

impl Look {
    pub const fn new(fill: &'static str, line: &'static str) -> Self {
        Self { fill, line, width: 1, dashed: false }
    }
}

/// A rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Area {
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
}

/// What was drawn so far.
#[derive(Debug, Default)]
pub(crate) struct Pen {
    body: String,
}

impl Pen {
    pub fn area(&mut self, Area { x, y, w, h }: Area, look: Look) {
        let dashed = if look.dashed { " stroke-dasharray=\"4 3\"" } else { "" };
        let Look { fill, line, width, .. } = look;
        self.put(format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"4\" fill=\"{fill}\" stroke=\"{line}\" stroke-width=\"{width}\"{dashed}/>"
        ));
    }

    /// Text from here on; `class` is one of the style's, or empty.
    pub fn text(&mut self, x: i32, y: i32, class: &str, text: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.put(format!("<text x=\"{x}\" y=\"{y}\"{class}>{}</text>", escaped(text)));
    }

    /// Text that is cut where it would leave its box; whole where somebody points at it.
    pub fn fitted(&mut self, x: i32, y: i32, class: &str, text: &str, width: i32) {
        let shown = fit(text, width, if class == "name" { 12 } else { 10 });
        if shown == text {
            return self.text(x, y, class, text);
        }
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.put(format!(
            "<text x=\"{x}\" y=\"{y}\"{class}>{}<title>{}</title></text>",
            escaped(&shown),
            escaped(text)
        ));
    }

    /// Signs such as `E1` from here on: white letters on the colour of their severity.
    pub fn signs(&mut self, x: i32, y: i32, signs: impl IntoIterator<Item = impl AsRef<str>>) {
        for (sign, x) in signs.into_iter().zip((x..).step_by(SIGN as usize)) {
            let sign = sign.as_ref();
            let fill = match sign.as_bytes().first() {
                Some(b'E') => ERROR,
                Some(b'W') => WARNING,
                _ => NOTE,
            };
            let (top, wide, middle) = (y - 10, SIGN - 3, x + (SIGN - 3) / 2);
            self.put(format!("<rect x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"12\" rx=\"3\" fill=\"{fill}\"/>"));
            self.text(middle, y, "sign", sign);
        }
    }

    /// A line through these points, with an arrow at its end.
    pub fn arrow(&mut self, points: &[(i32, i32)], colour: &str, dashed: bool, title: &str) {
        let places: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        let dash = if dashed { " stroke-dasharray=\"5 3\"" } else { "" };
        self.put(format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.4\" stroke-linejoin=\"round\"{dash}>{}</polyline>",
            places.join(" "),
            if title.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(title)) }
        ));
        if let [.., (_, before), (x, y)] = *points {
            let back = if y >= before { y - 7 } else { y + 7 };
            self.put(format!("<polygon points=\"{x},{y} {},{back} {},{back}\" fill=\"{colour}\"/>", x - 4, x + 4));
        }
    }

    fn put(&mut self, element: String) {
        self.body.push_str(&element);
        self.body.push('\n');
    }

    /// The whole file.
    pub fn finish(self, width: i32, height: i32, title: &str) -> String {
        let mut file = String::new();
        let _ = writeln!(
            file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">"
        );
        let _ = writeln!(file, "<title>{}</title>\n<style>{STYLE}</style>", escaped(title));
        let _ = writeln!(file, "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n{}</svg>", self.body);
        file
    }
}

/// How wide a letter is, in thousandths of the height of its line; of a face wider than most (DejaVu Sans, measured).
fn letter(c: char) -> i32 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 280,
        ' ' | '.' | ',' | ':' | ';' | '!' | '/' | '-' | '(' | ')' | '[' | ']' => 392,
        'r' | 't' | 'f' | 'I' => 412,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' => 1000,
        'A'..='Z' | '→' | '×' | '–' | '+' | '=' | '<' | '>' => 838,
        c if c.is_ascii() => 640,
        _ => 1000,
    }
}

/// How wide a text of this height is, at most.
pub(crate) fn width(text: &str, size: i32) -> i32 {
    // Bold letters, which names have, are a tenth wider.
    let size = if size > 10 { size + 1 } else { size };
    text.chars().map(letter).sum::<i32>() * size / 1000
}

/// As much of a text as the width holds.
pub(crate) fn fit(text: &str, room: i32, size: i32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut shown = String::new();
    for c in text.chars() {
        if width(&shown, size) + width(&format!("{c}…"), size) + 1 > room {
            break;
        }
        shown.push(c);
    }
    shown + "…"
}

/// A text in lines of this width, broken between words; what has no gaps is left as it is.
pub(crate) fn wrapped(text: &str, room: i32, size: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

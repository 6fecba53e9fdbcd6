//! IPTC Information Interchange Model 4.2, record 2, in UTF-8.

use super::facts::Facts;

/// ESC % G in dataset 1:90: text is UTF-8.
const UTF8: &[u8] = b"\x1b%G";

/// The datasets; `None` when there is nothing that IPTC has a place for.
pub(super) fn build(facts: &Facts) -> Option<Vec<u8>> {
    let c = &facts.0;
    let texts = [(80, 32, &c.artist), (116, 128, &c.copyright), (120, 2000, &c.caption)];
    let single = texts.iter().filter_map(|(set, limit, text)| text.as_deref().map(|t| (*set, *limit, t)));
    let words = c.keywords.iter().map(|k| (25, 64, k.as_str()));
    let mut fields: Vec<_> = single.chain(words).collect();
    fields.sort_by_key(|(set, ..)| *set);
    let mut out = Vec::new();
    push(&mut out, 1, 90, UTF8);
    push(&mut out, 2, 0, &[0, 4]);
    fields.iter().for_each(|(set, limit, text)| push(&mut out, 2, *set, cut(text, *limit).as_bytes()));
    (!fields.is_empty()).then_some(out)
}

fn push(out: &mut Vec<u8>, record: u8, set: u8, data: &[u8]) {
    out.extend([0x1C, record, set]);
    out.extend((data.len() as u16).to_be_bytes());
    out.extend(data);
}

/// The longest beginning of `text` that fits the octets of its dataset.
fn cut(text: &str, octets: usize) -> &str {
    &text[..text.floor_char_boundary(octets)]
}

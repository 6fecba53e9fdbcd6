//! The XMP packet (ISO 16684-1): what EXIF cannot say, and what the web reads first.

use super::facts::Facts;
use std::fmt::Write;

const NAMESPACES: &str = "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
    xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\"";

/// The packet; `None` when there is nothing that EXIF does not say better.
pub(super) fn build(facts: &Facts) -> Option<Vec<u8>> {
    let c = &facts.0;
    let artist: Vec<_> = c.artist.iter().collect();
    let mut body = String::new();
    list(&mut body, "dc:creator", "Seq", "", &artist);
    list(&mut body, "dc:description", "Alt", DEFAULT, &c.caption.iter().collect::<Vec<_>>());
    list(&mut body, "dc:rights", "Alt", DEFAULT, &c.copyright.iter().collect::<Vec<_>>());
    list(&mut body, "dc:subject", "Bag", "", &c.keywords.iter().collect::<Vec<_>>());
    if let Some(rating) = c.rating {
        let _ = write!(body, "<xmp:Rating>{rating}</xmp:Rating>");
    }
    if c.copyright.is_some() {
        body.push_str("<xmpRights:Marked>True</xmpRights:Marked>");
    }
    (!body.is_empty()).then(|| packet(&body))
}

const DEFAULT: &str = " xml:lang=\"x-default\"";

fn packet(body: &str) -> Vec<u8> {
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" {NAMESPACES}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>\
         <?xpacket end=\"r\"?>"
    )
    .into_bytes()
}

/// A property that is a list; nothing when it is empty.
fn list(body: &mut String, name: &str, kind: &str, attributes: &str, items: &[&String]) {
    if items.is_empty() {
        return;
    }
    let items: String = items.iter().map(|i| format!("<rdf:li{attributes}>{}</rdf:li>", escaped(i))).collect();
    let _ = write!(body, "<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

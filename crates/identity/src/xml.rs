//! The little of XML that answers of STS and its like are made of.

/// The text of the first element of this name, if it holds nothing but text.
pub fn value(text: &str, tag: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    let (value, _) = rest.split_once(&format!("</{tag}>"))?;
    (!value.contains('<')).then(|| plain(value.trim()))
}

fn plain(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let text = "<A><B>1</B>\n<C> x&amp;lt;y </C><B>2</B></A>";
        assert_eq!(value(text, "B").as_deref(), Some("1"));
        assert_eq!(value(text, "C").as_deref(), Some("x&lt;y"));
        assert_eq!(value(text, "A"), None, "an element with others inside has no value");
        assert_eq!(value(text, "D"), None);
    }
}

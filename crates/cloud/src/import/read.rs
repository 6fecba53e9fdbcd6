//! From YAML or JSON to a tree, in bounded time and memory.
//!
//! JSON is read as the YAML that it is; the tabs that it may have between its parts, and nowhere else, become spaces.

use super::ImportError;
use super::tree::{Kind, Node};
use saphyr_parser::{Event, Parser, ScanError, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

/// The longest template that CloudFormation takes, by S3 (CloudFormation user guide, quotas):
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
pub const LONGEST: usize = 1 << 20;
/// More levels than this are refused.
const DEEPEST: usize = 64;
/// More parts than this, with those that aliases repeat, are refused.
const MOST: usize = 200_000;

/// Reads a template.
pub(super) fn read(text: &str) -> Result<Rc<Node>, ImportError> {
    if text.len() > LONGEST {
        return Err(ImportError::Long { bytes: text.len(), limit: LONGEST });
    }
    let json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let text: Cow<str> = if json { text.replace('\t', " ").into() } else { text.into() };
    let mut parser = Parser::new_from_str(&text);
    let mut reader = Reader::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        let more = reader.take(event, span.start.line())?;
        if !more {
            break;
        }
    }
    reader.root.ok_or_else(|| ImportError::NoTemplate("it is empty".to_owned()))
}

fn syntax(error: &ScanError) -> ImportError {
    ImportError::Syntax { line: error.marker().line(), what: error.info().to_owned() }
}

/// A list or map whose end was not seen yet.
struct Open {
    line: usize,
    tag: Option<String>,
    anchor: usize,
    kind: Kind,
    /// The key whose value comes next, and where it stands.
    key: Option<(String, usize)>,
    size: usize,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    /// What aliases may repeat, with the number of its parts.
    anchors: HashMap<usize, (Rc<Node>, usize)>,
    size: usize,
    root: Option<Rc<Node>>,
}

impl Reader {
    /// Takes an event; says whether more are wanted.
    fn take(&mut self, event: Event, line: usize) -> Result<bool, ImportError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == saphyr_parser::ScalarStyle::Plain;
                let nothing = plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let kind = if nothing { Kind::Nothing } else { Kind::Text(text.into_owned()) };
                self.close(Node { line, kind }, short(tag), anchor, 1)?;
            }
            Event::SequenceStart(anchor, tag) => self.begin(line, short(tag), anchor, Kind::List(Vec::new()))?,
            Event::MappingStart(anchor, tag) => self.begin(line, short(tag), anchor, Kind::Map(Vec::new()))?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(Open { line, tag, anchor, kind, size, .. }) = self.open.pop() {
                    self.close(Node { line, kind }, tag, anchor, size)?;
                }
            }
            Event::Alias(anchor) => {
                let found = self.anchors.get(&anchor).cloned();
                let (node, size) = found.ok_or_else(|| wrong(line, "an alias inside of what it repeats"))?;
                self.add(node, line, size)?;
            }
            Event::DocumentEnd => return Ok(false),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Ok(true)
    }

    fn begin(&mut self, line: usize, tag: Option<String>, anchor: usize, kind: Kind) -> Result<(), ImportError> {
        if self.open.len() == DEEPEST {
            return Err(ImportError::Limit { line, what: format!("more than {DEEPEST} levels") });
        }
        // A list or map stands where its key does, be it a line above.
        let key = self.open.last().and_then(|open| open.key.as_ref());
        let line = key.map_or(line, |(_, line)| *line);
        self.open.push(Open { line, tag, anchor, kind, key: None, size: 1 });
        Ok(())
    }

    fn close(&mut self, node: Node, tag: Option<String>, anchor: usize, size: usize) -> Result<(), ImportError> {
        let line = node.line;
        let node = Rc::new(called(node, tag));
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        self.add(node, line, size)
    }

    /// Puts a part where it belongs.
    fn add(&mut self, node: Rc<Node>, line: usize, size: usize) -> Result<(), ImportError> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.size += size;
        self.size = self.size.max(open.size);
        if self.size > MOST {
            return Err(ImportError::Limit { line, what: format!("more than {MOST} parts, with those of aliases") });
        }
        match (&mut open.kind, open.key.take()) {
            (Kind::Map(_), None) => open.key = Some((key(&node)?, line)),
            (Kind::Map(entries), Some((key, _))) => entries.push((key, node)),
            (Kind::List(items), _) => items.push(node),
            _ => {}
        }
        Ok(())
    }
}

fn wrong(line: usize, what: &str) -> ImportError {
    ImportError::Syntax { line, what: what.to_owned() }
}

fn key(node: &Node) -> Result<String, ImportError> {
    match node.text() {
        Some("<<") => Err(wrong(node.line, "`<<` is not supported, nor is it by CloudFormation")),
        Some(key) => Ok(key.to_owned()),
        None => Err(wrong(node.line, "expected a key that is a text")),
    }
}

/// The name of a short tag, such as `Sub` of `!Sub`.
fn short(tag: Option<Cow<Tag>>) -> Option<String> {
    tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty()).map(|tag| tag.suffix.clone())
}

/// A short tag becomes the long form of the function.
fn called(node: Node, tag: Option<String>) -> Node {
    let Some(tag) = tag else { return node };
    let name = if tag == "Ref" || tag == "Condition" { tag } else { format!("Fn::{tag}") };
    Node { line: node.line, kind: Kind::Map(vec![(name, Rc::new(node))]) }
}

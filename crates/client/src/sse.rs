//! Server-Sent Events (HTML Living Standard, section 9.2), as far as a batch needs them: numbers and names.

use std::io::{self, BufRead, BufReader, Read};

/// Longest line that is read; no event of ours comes near.
const LINE: u64 = 64 << 10;

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its number, if it has one.
    pub id: Option<u64>,
    /// What happened, such as `task.succeeded`.
    pub name: String,
}

/// Reads events from a stream until it ends; one that is cut off is not told.
#[derive(Debug)]
pub struct Events<R> {
    lines: BufReader<R>,
}

impl<R: Read> Events<R> {
    /// From the body of an answer.
    pub fn new(stream: R) -> Self {
        Self { lines: BufReader::new(stream) }
    }

    /// A line without its end; `None` at the end of the stream, even in the middle of a line.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        self.lines.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return if line.len() as u64 + 1 < LINE { Ok(None) } else { Err(io::ErrorKind::InvalidData.into()) };
        }
        Ok(Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)).into_owned()))
    }

    fn event(&mut self) -> io::Result<Option<Event>> {
        let (mut event, mut any) = (Event::default(), false);
        while let Some(line) = self.line()? {
            if line.is_empty() && any {
                return Ok(Some(event));
            }
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => event.id = value.parse().ok(),
                "event" => event.name = value.into(),
                _ => {}
            }
            any |= matches!(field, "id" | "event" | "data");
        }
        Ok(None)
    }
}

impl<R: Read> Iterator for Events<R> {
    type Item = io::Result<Event>;

    fn next(&mut self) -> Option<io::Result<Event>> {
        self.event().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Event> {
        Events::new(text.as_bytes()).map(Result::unwrap).collect()
    }

    #[test]
    fn events_are_told_whole_or_not_at_all() {
        let text = ":hello\n\nid: 1\nevent: task.succeeded\ndata: {\"a\":1}\n\n: still here\r\n\r\nid:2\r\nevent:batch.closed\r\ndata: x\r\n\r\n";
        let event = |id, name: &str| Event { id: Some(id), name: name.into() };
        let all = [event(1, "task.succeeded"), event(2, "batch.closed")];
        assert_eq!(read(text), all);
        for end in 0..text.len() {
            let found = read(&text[..end]);
            assert!(all.starts_with(&found), "{end}: {found:?}");
        }
        assert_eq!(read(&text[..text.len() - 2]), all[..1]);
    }

    #[test]
    fn a_line_without_end_is_an_error() {
        let endless = io::repeat(b'a');
        assert!(Events::new(endless).next().unwrap().is_err());
    }
}

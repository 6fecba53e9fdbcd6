//! A trace for people.

use super::{Hop, Leg, Trace, Verdict};
use std::fmt::{self, Display, Formatter};

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Allowed => "allowed",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
        })
    }
}

impl Display for Trace {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        self.legs.iter().try_for_each(|leg| write!(f, "{leg}"))?;
        write!(f, "{}", self.verdict)?;
        if let Some(blocked) = self.blocked() {
            let packet = if blocked.back { "the answer" } else { "the packet" };
            write!(
                f,
                ": {packet} ends at {}\n  {}: {}",
                blocked.hop.at,
                blocked.reason.code(),
                blocked.reason.meaning()
            )?;
        }
        if self.pairs.0 > 1 {
            write!(f, "\n  {} of {} pairs of places fail", self.pairs.1, self.pairs.0)?;
        }
        writeln!(f)?;
        list(f, "what would have to be known", self.unknown.iter())?;
        let turned = match self.verdict {
            Verdict::Blocked => "this would let it through",
            _ => "this would stop it",
        };
        list(f, turned, self.change.iter().map(|change| format!("{}: {}", change.at, change.what)))
    }
}

impl Display for Leg {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        writeln!(f, "{} to {}", self.from, self.to)?;
        let blocked =
            |back: bool| self.blocked.as_ref().filter(move |blocked| blocked.back == back).map(|blocked| &blocked.hop);
        steps(f, "there", &self.there, blocked(false))?;
        steps(f, "back", &self.back, blocked(true))
    }
}

fn steps(f: &mut Formatter, title: &str, hops: &[Hop], end: Option<&Hop>) -> fmt::Result {
    if hops.is_empty() && end.is_none() {
        return Ok(());
    }
    writeln!(f, "  {title}")?;
    let marked = hops.iter().map(|hop| ("ok", hop)).chain(end.map(|hop| ("NO", hop)));
    let mut packet = "";
    for (mark, hop) in marked {
        if hop.packet != packet {
            writeln!(f, "       {}", hop.packet)?;
            packet = &hop.packet;
        }
        writeln!(f, "    {mark} {}: {}", hop.at, hop.rule)?;
    }
    Ok(())
}

fn list<T: Display>(f: &mut Formatter, title: &str, items: impl Iterator<Item = T>) -> fmt::Result {
    let mut items = items.peekable();
    if items.peek().is_some() {
        writeln!(f, "\n{title}:")?;
    }
    items.try_for_each(|item| writeln!(f, "  {item}"))
}

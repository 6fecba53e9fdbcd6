//! A proof for people.

use super::{Counterexample, Proof, Proved, Standing};
use crate::trace::Hop;
use std::fmt::{self, Display, Formatter};

impl Display for Standing {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "holds",
            Self::Broken => "broken",
            Self::Vacuous => "vacuous",
            Self::Unknown => "unknown",
        })
    }
}

impl Display for Proof {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        self.invariants.iter().try_for_each(|proved| write!(f, "{proved}"))?;
        let count = |standing| self.invariants.iter().filter(|proved| proved.standing == standing).count();
        let all = [Standing::Holds, Standing::Broken, Standing::Vacuous, Standing::Unknown];
        let counts: Vec<String> = all.iter().map(|standing| format!("{} {standing}", count(*standing))).collect();
        writeln!(f, "\n{}: {}", self.design, counts.join(", "))
    }
}

impl Display for Proved {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        writeln!(f, "{:7}  {}", self.standing.to_string(), self.says)?;
        self.why.iter().try_for_each(|why| writeln!(f, "         {why}"))?;
        self.unknown.iter().try_for_each(|unknown| writeln!(f, "         not known: {unknown}"))?;
        self.counterexample.iter().try_for_each(|example| write!(f, "{example}"))
    }
}

impl Display for Counterexample {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        writeln!(f, "         $ {}", self.command)?;
        writeln!(f, "         {}:", self.shows)?;
        self.hops.iter().try_for_each(|Hop { at, packet, rule }| writeln!(f, "           {at}: {rule}  ({packet})"))
    }
}

//! Availability for people.

use super::graph::Effect;
use super::{Availability, Downtime, Fault};
use std::fmt::{self, Display, Formatter};

impl Display for Availability {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        writeln!(f, "{}: {} %, {}", self.design, digits(self.percent), self.basis)?;
        writeln!(f, "  down {}", told(&self.downtime))?;
        writeln!(f, "\npromises")?;
        for promise in &self.promises {
            let (part, sla) = (&promise.part, &promise.sla);
            writeln!(
                f,
                "  {:7} {part}: {} {}, {} ({})",
                digits(sla.percent),
                sla.service,
                sla.scope,
                sla.url,
                sla.date
            )?;
        }
        writeln!(f, "\nwhat the loss of a part does")?;
        self.faults.iter().try_for_each(|fault| writeln!(f, "  {fault}"))?;
        writeln!(f, "\nwhat one mend would buy, {}", self.basis)?;
        for fix in &self.fixes {
            let saved = time(fix.saved_s_a_year);
            writeln!(f, "  {} %, {saved} a year less: {}", digits(fix.percent), fix.what)?;
        }
        if self.fixes.is_empty() {
            writeln!(f, "  nothing that is known here")?;
        }
        writeln!(f, "\nclasses")?;
        self.classes.iter().try_for_each(|class| writeln!(f, "  {:7} {}", digits(class.percent), told(class)))
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match &self.effect {
            Effect::Nothing => write!(f, "nothing  {}", self.part),
            Effect::Gap(gaps) => write!(f, "gap      {}: {}", self.part, gaps.join("; ")),
            Effect::Stops => write!(f, "STOPS    {}", self.part),
        }
    }
}

/// A percentage with as many digits as tell it from 100.
fn digits(percent: f64) -> String {
    let text = format!("{percent:.4}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    short.to_owned()
}

fn told(downtime: &Downtime) -> String {
    format!("{} a month, {} a year", time(downtime.month_s), time(downtime.year_s))
}

/// Seconds in the two units that matter.
fn time(seconds: f64) -> String {
    let whole = seconds.round().max(0.0);
    let (days, hours, minutes) = ((whole / 86_400.0).floor(), (whole / 3600.0).floor(), (whole / 60.0).floor());
    if days >= 2.0 {
        format!("{days} d {} h", hours - days * 24.0)
    } else if hours >= 1.0 {
        format!("{hours} h {} min", minutes - hours * 60.0)
    } else if minutes >= 1.0 {
        format!("{minutes} min {} s", whole - minutes * 60.0)
    } else {
        format!("{whole} s")
    }
}

//! Every finding stands at what it concerns, in the picture and in Mermaid, and in the list below.

use super::super::{mermaid, svg};
use super::found;
use crate::examples::EXAMPLES;
use crate::findings::tests::firing;
use crate::findings::{Finding, Severity};
use crate::{Design, Network};
use std::collections::BTreeSet;

/// The examples, and a design for each way in which a rule fires.
fn designs() -> Vec<Design> {
    let examples = EXAMPLES.iter().map(|example| example.text.to_owned());
    examples.chain(firing()).map(|text| Design::parse(&text).unwrap()).collect()
}

/// The sign of the n-th finding.
fn sign(n: usize, finding: &Finding) -> String {
    format!("{}{}", ["E", "W", "N"][finding.severity as usize], n + 1)
}

/// How many boxes have this name, as the design says.
fn boxes(design: &Design, name: &str) -> usize {
    let network = Network::new(design);
    let zones: BTreeSet<String> = network.subnets.iter().map(|subnet| format!("zone {}", subnet.zone)).collect();
    let beside = [
        design.buckets.contains_key(name),
        design.queues.contains_key(name),
        design.distributions.contains_key(name),
        design.records.contains_key(name),
        design.subnets.contains_key(name),
        zones.contains(name),
    ];
    network.of(name).len() + beside.into_iter().filter(|there| *there).count()
}

#[test]
fn a_sign_stands_in_every_box_that_it_concerns_and_in_the_list() {
    let (mut errors, mut others) = (0, 0);
    for design in designs() {
        let found = found(&design);
        let (svg, mermaid) = (svg(&design, &found), mermaid(&design, &found));
        for (n, finding) in found.iter().enumerate() {
            let parts: BTreeSet<&String> = finding.parts.iter().collect();
            let counts: Vec<usize> = parts.iter().map(|part| boxes(&design, part)).collect();
            assert!(counts.iter().all(|count| *count > 0), "{finding:?} concerns what nobody draws");
            // The network as a whole has a sign of its own.
            let expected = counts.iter().sum::<usize>() + usize::from(parts.is_empty());
            let sign = sign(n, finding);
            assert_eq!(svg.matches(&format!(">{sign}</text>")).count(), expected + 1, "{finding:?}\n{svg}");
            let has = |line: &&str| {
                let signs = line.split("<b>").nth(1).and_then(|rest| rest.split("</b>").next());
                signs.is_some_and(|signs| signs.split(' ').any(|one| one == sign))
            };
            assert_eq!(mermaid.lines().filter(has).count(), expected, "{finding:?}\n{mermaid}");
            assert!(mermaid.contains(&format!("[\"{sign} {}: ", finding.rule)), "{mermaid}");
            if finding.severity == Severity::Error { errors += 1 } else { others += 1 }
        }
    }
    assert!(errors > 20 && others > 20, "{errors} {others}");
}

/// Whoever sees no colours sees borders: bold for an error, dashed for less.
#[test]
fn what_is_marked_has_a_border_and_a_look_of_its_own() {
    for design in designs() {
        let found = found(&design);
        let (svg, mermaid) = (svg(&design, &found), mermaid(&design, &found));
        let named = |finding: &&Finding| finding.parts.iter().any(|part| !part.starts_with("zone "));
        let errors = found.iter().filter(|finding| finding.severity == Severity::Error).filter(named).count();
        assert_eq!(svg.contains("stroke=\"#b3261e\" stroke-width=\"3\"/>"), errors > 0, "{svg}");
        let marked = mermaid.lines().filter(|line| line.contains("<b>") && !line.contains("subgraph vpc")).count();
        assert_eq!(mermaid.matches("\n  class ").count(), marked, "{mermaid}");
    }
}

#[test]
fn without_findings_there_is_neither_sign_nor_list() {
    for design in designs() {
        let (svg, mermaid) = (svg(&design, &[]), mermaid(&design, &[]));
        assert!(!svg.contains("class=\"sign\"") && !svg.contains("Findings"));
        assert!(!mermaid.contains("<b>") && !mermaid.contains("classDef"));
    }
}

#[test]
fn what_is_said_is_text_and_never_markup() {
    let design = Design::parse(EXAMPLES[0].text).unwrap();
    let mut found = found(&design);
    found[0].what = "drops <answers> & \"questions\" of #1".to_owned();
    let (svg, mermaid) = (svg(&design, &found), mermaid(&design, &found));
    assert!(svg.contains("drops &lt;answers&gt; &amp; &quot;questions&quot; of #1"), "{svg}");
    assert!(mermaid.contains("drops #lt;answers#gt; & #quot;questions#quot; of #35;1"), "{mermaid}");
}

//! The likelihood of a graph is the sum over all subsets of its parts.

use super::super::chance;
use super::super::graph::{Graph, Node};
use proptest::prelude::*;

const PARTS: usize = 7;

fn nodes() -> impl Strategy<Value = Node> {
    let leaf = (0..PARTS).prop_map(Node::Part);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let some = || prop::collection::vec(inner.clone(), 0..4);
        let first = some().prop_map(|nodes| Node::First { how: "next".to_owned(), nodes });
        prop_oneof![some().prop_map(Node::All), some().prop_map(Node::Any), first]
    })
}

/// Each subset of the parts that work, with how likely it is.
fn by_hand(root: &Node, chances: &[f64]) -> f64 {
    let graph = Graph { parts: Vec::new(), root: root.clone() };
    let likely = |works: u32| {
        let each = chances.iter().enumerate();
        each.map(|(n, p)| if works & (1 << n) == 0 { 1.0 - p } else { *p }).product::<f64>()
    };
    let subsets = (0..1_u32 << chances.len()).filter(|works| graph.works(&|part| works & (1 << part) == 0));
    subsets.map(likely).sum()
}

proptest! {
    #[test]
    fn it_is_the_sum_over_all_subsets(
        root in nodes(),
        chances in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..1.0], PARTS),
    ) {
        let (found, expected) = (chance(&root, &|part| chances[part]), by_hand(&root, &chances));
        prop_assert!((found - expected).abs() < 1e-12, "{} {}", found, expected);
    }

    #[test]
    fn an_alternative_never_makes_it_worse(
        root in nodes(),
        other in nodes(),
        chances in prop::collection::vec(0.0..1.0, PARTS),
    ) {
        let of = |part: usize| chances[part];
        let both = Node::Any(vec![root.clone(), other]);
        prop_assert!(chance(&both, &of) >= chance(&root, &of) - 1e-12);
    }
}

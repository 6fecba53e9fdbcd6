//! What must hold in every design.

use super::prover::Prover;
use super::{Proved, answers, balanced, leaving, outside};

/// In the order in which they are told.
pub(super) const ALL: &[fn(&Prover) -> Proved] = &[
    outside::stores,
    outside::ssh,
    balanced::only_from_the_balancer,
    leaving::through_the_nat_of_its_zone,
    leaving::s3_never_through_a_nat,
    answers::every_request_is_answered,
];

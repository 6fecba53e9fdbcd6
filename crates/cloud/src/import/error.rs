//! Why a text becomes no design.

use crate::design::DesignError;

/// Why a text becomes no design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// CloudFormation would not take it either.
    #[error("the template has {bytes} bytes; CloudFormation takes {limit} at most")]
    Long {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// It is neither YAML nor JSON.
    #[error("line {line}: {what}")]
    Syntax {
        /// Where, counted from 1.
        line: usize,
        /// What was found.
        what: String,
    },
    /// It would take more time or memory than a template is worth.
    #[error("line {line}: {what}; no template needs that")]
    Limit {
        /// Where, counted from 1.
        line: usize,
        /// What there is too much of.
        what: String,
    },
    /// It is YAML or JSON, and something else.
    #[error("this is no CloudFormation template: {0}")]
    NoTemplate(String),
    /// A value was given to a parameter that there is not.
    #[error("there is no parameter `{name}`; there are {known}")]
    NoParameter {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// Its parts need each other in a circle.
    #[error("line {line}: these need each other in a circle: {}", .names.join(" > "))]
    Circle {
        /// Where the first stands, counted from 1.
        line: usize,
        /// From the first to the first.
        names: Vec<String>,
    },
    /// Nothing to put a network into.
    #[error("there is no VPC in this template; a design is one VPC and what stands in it{0}")]
    NoVpc(String),
    /// More than a design has.
    #[error("there are several VPCs, and a design has one; choose with --vpc {}", .0.join(" or --vpc "))]
    SeveralVpcs(Vec<String>),
    /// The range of the VPC is not known.
    #[error("line {line}: the range of the VPC `{vpc}` is not known: {why}")]
    NoRange {
        /// Where, counted from 1.
        line: usize,
        /// Its logical id.
        vpc: String,
        /// What is missing.
        why: String,
    },
    /// Its parts do not fit together; the lines are those of the design that it would have become.
    #[error("the parts of the template do not fit together, in the design that it becomes:\n{0}")]
    Design(DesignError),
}

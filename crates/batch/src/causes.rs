//! Errors on one line.

/// An error with what caused it.
pub fn causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        // Some texts hold their cause already.
        if text.contains(&cause) { text } else { format!("{text}: {cause}") }
    })
}

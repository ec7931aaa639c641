//! What is wrong with an operation.

/// What a node has or is given that no network here can have, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) found: String,
    pub(crate) advice: &'static str,
}

impl Problem {
    pub(crate) fn new(found: impl Into<String>, advice: &'static str) -> Self {
        Self { found: found.into(), advice }
    }
}

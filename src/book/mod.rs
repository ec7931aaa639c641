//! The book: how to think about this crate, from the first network to a new board.
//!
//! Its modules are chapters, and hold nothing else. Their examples are tests.
//!
//! | chapter | what it answers |
//! |---|---|
//! | [`quick_start`] | How do I get a network onto a board? |
//! | [`elements`] | How can one kernel serve a Cortex-M0 and 16 SIMD lanes? |
//! | [`memory`] | How much RAM and flash do I need, and what lies where? |
//! | [`numerics`] | What do "the same bits" mean, and what do they rest on? |
//! | [`fine_tuning`] | How does a board learn, and what does freezing save? |
//! | [`checkpoints`] | What happens to what was learnt when the power fails? |
//! | [`layers`] | Which layers are there? |
//! | [`optimizers`] | Which optimizers are there, and which one do I take? |
//! | [`porting`] | What does a new board need? |
//! | [`model_files`] | What is in a model file, and how do I read it without Rust? |
//! | [`signed_updates`] | Who may change what a board has learnt? |
//! | [`architecture`] | Where is what in this crate, and what do I touch to add a layer? |
//! | [`texts`] | Which published networks were built with this? |
//! | [`benchmarks`] | How fast, how small and how accurate is it, and how is that measured? |
//! | [`glossary`] | What is meant by that word? |

#[doc = include_str!("quick_start.md")]
pub mod quick_start {}

#[doc = include_str!("elements.md")]
pub mod elements {}

#[doc = include_str!("memory.md")]
pub mod memory {}

#[doc = include_str!("numerics.md")]
pub mod numerics {}

#[doc = include_str!("fine_tuning.md")]
#[cfg_attr(
    not(feature = "replay"),
    allow(rustdoc::broken_intra_doc_links, reason = "what it links to comes with the feature")
)]
pub mod fine_tuning {}

#[doc = include_str!("checkpoints.md")]
#[cfg_attr(
    not(feature = "checkpoint"),
    allow(rustdoc::broken_intra_doc_links, reason = "what it links to comes with the feature")
)]
pub mod checkpoints {}

#[doc = include_str!("signed_updates.md")]
#[cfg_attr(
    not(all(feature = "signature", feature = "checkpoint")),
    allow(rustdoc::broken_intra_doc_links, reason = "what it links to comes with the features")
)]
pub mod signed_updates {}

#[doc = include_str!("layers.md")]
pub mod layers {}

#[doc = include_str!("optimizers.md")]
pub mod optimizers {}

#[doc = include_str!("porting.md")]
#[cfg_attr(
    not(feature = "checkpoint"),
    allow(rustdoc::broken_intra_doc_links, reason = "what it links to comes with the feature")
)]
pub mod porting {}

#[doc = include_str!("model_files.md")]
#[cfg_attr(
    not(feature = "model-file"),
    allow(rustdoc::broken_intra_doc_links, reason = "what it links to comes with the feature")
)]
pub mod model_files {}

#[doc = include_str!("architecture.md")]
pub mod architecture {}

#[doc = include_str!("texts.md")]
pub mod texts {}

#[doc = include_str!("benchmarks.md")]
pub mod benchmarks {}

#[doc = include_str!("glossary.md")]
pub mod glossary {}

#[cfg(test)]
mod tests {
    /// The page on layers has a row for each name that can be written in `network!`, with its options.
    #[test]
    fn the_tables_have_all_kinds_and_their_options() {
        let rows = || include_str!("layers.md").lines().filter(|line| line.starts_with('|'));
        for written in crate::plan::written() {
            let name = std::format!("`{}`", written.name);
            let row =
                rows().find(|row| row.split('|').nth(1).is_some_and(|cell| cell.contains(&name)));
            let row = row.unwrap_or_else(|| panic!("{name} has no row in src/book/layers.md"));
            for option in written.options {
                assert!(
                    row.contains(&std::format!("`{}`", option.name)),
                    "{name}: {}",
                    option.name
                );
            }
        }
    }
}

//! What may be spent on files that come from outside.

use thiserror::Error;
use tinyconv::plan::{Dims, LayerSpec, Walk};

use crate::lanes::{LANES, Lanes};
use crate::training::AnyNetwork;

/// How much memory and work a network from a file may take. A file of a few bytes can ask for more than any
/// machine has; it is refused before the work begins.
///
/// ```
/// use tinyconv_training::limits::Limits;
///
/// let limits = Limits { memory: 1 << 20, ..Limits::USUAL };
/// assert!(limits.check_memory("the network", 1 << 20).is_ok());
/// let error = limits.check_memory("the network", (1 << 20) + 1).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the network would take 2 MiB of memory, and the limit is 1 MiB: raise it with --max-memory 2M"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, beyond the data set itself.
    pub memory: u64,
    /// [Work](work_of): multiply-adds, and what takes as long.
    pub work: u64,
}

/// More than is spent on a file unasked.
///
/// ```
/// use tinyconv_training::limits::Limits;
///
/// let error = Limits::USUAL.check_work("40 images", 1 << 44).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "40 images would take 1.8e13 multiply-adds, and the limit is 1.0e12: raise it with --max-work 1.8e13"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OverLimit {
    /// Memory.
    #[error(
        "{what} would take {} MiB of memory, and the limit is {} MiB: raise it with --max-memory {}M",
        .bytes.div_ceil(MEBI),
        .limit / MEBI,
        .bytes.div_ceil(MEBI)
    )]
    Memory {
        /// What would take it.
        what: String,
        /// How much.
        bytes: u64,
        /// The most.
        limit: u64,
    },
    /// Work.
    #[error(
        "{what} would take {} multiply-adds, and the limit is {}: raise it with --max-work {}",
        rounded_up(*.work),
        rounded_up(*.limit),
        rounded_up(*.work)
    )]
    Work {
        /// What would take it.
        what: String,
        /// How much.
        work: u64,
        /// The most.
        limit: u64,
    },
}

const MEBI: u64 = 1 << 20;

/// Two digits, not less than `number`.
fn rounded_up(number: u64) -> String {
    let mut step = 1;
    while number / step >= 100 {
        step *= 10;
    }
    format!("{:.1e}", (number.div_ceil(step) * step) as f64)
}

impl Limits {
    /// A gibibyte, and a minute or two of work on a small machine.
    pub const USUAL: Self = Self { memory: 1 << 30, work: 1_000_000_000_000 };

    /// For networks that the user has written.
    pub const NONE: Self = Self { memory: u64::MAX, work: u64::MAX };

    /// Checks that `what` takes no more than the memory there may be.
    ///
    /// # Errors
    /// If it does.
    ///
    /// ```
    /// use tinyconv_training::limits::Limits;
    ///
    /// assert!(Limits::USUAL.check_memory("a picture", 1 << 31).is_err());
    /// assert!(Limits::NONE.check_memory("a picture", 1 << 31).is_ok());
    /// ```
    pub fn check_memory(&self, what: &str, bytes: u64) -> Result<(), OverLimit> {
        if bytes <= self.memory {
            return Ok(());
        }
        Err(OverLimit::Memory { what: what.to_owned(), bytes, limit: self.memory })
    }

    /// Checks that `what` takes no more than the work there may be.
    ///
    /// # Errors
    /// If it does.
    ///
    /// ```
    /// use tinyconv_training::limits::Limits;
    ///
    /// assert!(Limits::USUAL.check_work("a million images", 1_000_000_000_000).is_ok());
    /// assert!(Limits::USUAL.check_work("a million images", 1_000_000_000_001).is_err());
    /// ```
    pub fn check_work(&self, what: &str, work: u64) -> Result<(), OverLimit> {
        if work <= self.work {
            return Ok(());
        }
        Err(OverLimit::Work { what: what.to_owned(), work, limit: self.work })
    }

    /// Checks the inference of `samples` samples on `threads` threads, sixteen at a time.
    ///
    /// # Errors
    /// If it takes more.
    ///
    /// ```
    /// use tinyconv_training::limits::Limits;
    /// use tinyconv_training::networks::Digits;
    /// use tinyconv_training::training::Typed;
    ///
    /// let digits = &Typed::<Digits>::NEW;
    /// assert!(Limits::USUAL.check_inference(digits, 10_000, 2).is_ok());
    /// let error = Limits::USUAL.check_inference(digits, 1_000_000_000, 2).unwrap_err();
    /// assert!(error.to_string().starts_with("1000000000 samples would take"));
    /// let error = Limits::USUAL.check_inference(digits, 10, 1_000_000).unwrap_err();
    /// assert!(error.to_string().starts_with("the network's maps, on 1000000 threads (--threads), would take"));
    /// ```
    pub fn check_inference(
        &self,
        network: &dyn AnyNetwork,
        samples: usize,
        threads: usize,
    ) -> Result<(), OverLimit> {
        let needs = network.needs();
        // The input as rows and in lanes; the output twice.
        let lanes = needs.input + needs.infer.apart + 2 * needs.output;
        let bytes = lanes * size_of::<Lanes>() + LANES * needs.input * size_of::<f32>();
        let what = format!("the network's maps, on {threads} threads (--threads),");
        self.check_memory(&what, bytes as u64 * threads as u64)?;
        let each = work_of(network.input(), &network.layers());
        self.check_work(&format!("{samples} samples"), each.saturating_mul(samples as u64))
    }
}

/// Multiply-adds of an inference, and those that writing maps takes as long as: eight for each element.
///
/// ```
/// use tinyconv_training::limits::work_of;
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let kinds = [LayerKind::Relu, LayerKind::Dense(DenseOptions { out: 3 })];
/// let layers = kinds.map(|kind| LayerSpec { name: "", kind });
/// assert_eq!(work_of(Dims::Vector(10), &layers), 3 * 10 + 8 * (10 + 3));
/// ```
#[must_use]
pub fn work_of(input: Dims, layers: &[LayerSpec<'_>]) -> u64 {
    let work = |facts: tinyconv::plan::Facts| {
        let elements = facts.output.len().max(facts.visits) as u64;
        (facts.multiply_adds as u64).saturating_add(elements.saturating_mul(8))
    };
    Walk::new(input, layers).map(|place| work(place.facts)).fold(0, u64::saturating_add)
}

//! What training takes, as numbers.

/// What training a part of a network takes besides the input.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan, TrainingNeeds};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 2 }) }];
/// let plan = Plan::new(Dims::Vector(2), &layers).expect("a dense layer fits");
/// assert_eq!(plan.all(), TrainingNeeds { params: 6, scratch: 2 * 2, choices: 0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TrainingNeeds {
    /// Parameters that are trained.
    pub params: usize,
    /// Elements of scratch of a step or an inference, whichever is more.
    pub scratch: usize,
    /// Choices of pooling windows.
    pub choices: usize,
}

impl TrainingNeeds {
    /// Of layers that are all trained.
    ///
    /// ```
    /// use tinyconv_plan::{Needs, TrainingNeeds};
    ///
    /// assert_eq!(TrainingNeeds::all(Needs::layer(4, 3, 15)).scratch, 2 * 3);
    /// ```
    #[must_use]
    pub const fn all(needs: crate::Needs) -> Self {
        let scratch = crate::working::larger(needs.step(), needs.infer.apart);
        Self { params: needs.params, scratch, choices: needs.choices }
    }

    /// Of layers that are trained, after others that stay as they are: the map between the two lives on,
    /// what the frozen ones work in is free again.
    ///
    /// ```
    /// use tinyconv_plan::{Needs, TrainingNeeds};
    ///
    /// let head = TrainingNeeds::last(Needs::layer(100, 40, 0), Needs::layer(40, 3, 123));
    /// assert_eq!((head.params, head.scratch), (123, 40 + 2 * 3));
    /// ```
    #[must_use]
    pub const fn last(frozen: crate::Needs, trained: crate::Needs) -> Self {
        let step = Self::all(trained);
        let with_map = frozen.output.saturating_add(step.scratch);
        Self { scratch: crate::working::larger(frozen.infer.into, with_map), ..step }
    }
}

//! What training takes, as numbers without a type.

/// What training takes besides the input: `tuning::Part` as a value, for every part of every network.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::{Needs, Plan};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
///
/// let needs: Needs = Plan::new(Net::INPUT, Net::LAYERS).map(|plan| plan.all())?;
/// let (scratch, choices) = (Net::TRAIN_SCRATCH, Net::TRAIN_CHOICES);
/// assert_eq!(needs, Needs { params: Net::PARAMS, scratch, choices });
/// # Ok::<(), tinyconv::spec::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Needs {
    /// Parameters that are trained: [`Part::PARAMS`](crate::tuning::Part::PARAMS).
    pub params: usize,
    /// Elements of scratch: [`Part::SCRATCH`](crate::tuning::Part::SCRATCH).
    pub scratch: usize,
    /// Choices of pooling windows: [`Part::CHOICES`](crate::tuning::Part::CHOICES).
    pub choices: usize,
}

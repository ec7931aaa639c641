//! What a run reports while it goes on, and to whom.

use std::ops::ControlFlow;

use super::{Evaluation, Point};

/// What a run reports while it goes on.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
/// use tinyconv_training::training::{Event, TrainOptions, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// # let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..TrainOptions::digits()
/// # };
/// let mut epochs = Vec::new();
/// train::<Brighter>(&dataset, &options, &mut |event| {
///     if let Event::Epoch { epoch, validation, .. } = event {
///         epochs.push((epoch, validation.accuracy()));
///     }
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!((epochs.len(), epochs[0].0), (50, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum Event {
    /// A batch is done.
    Batch {
        /// Batches done in this epoch.
        batch: u64,
        /// Batches of an epoch.
        batches: u64,
        /// Mean loss of the epoch so far.
        loss: f64,
        /// Share of the epoch's samples that were classified correctly when they were seen.
        accuracy: f64,
    },
    /// Batches are done after which the options asked for an evaluation.
    Validation(Point),
    /// An epoch is done.
    Epoch {
        /// Which one, from 1.
        epoch: u32,
        /// Batches done in it: all, if the run is not to end here.
        batch: u64,
        /// Mean training loss.
        loss: f64,
        /// Share of training samples classified correctly when they were seen.
        accuracy: f64,
        /// The validation samples, or the test samples where there are none.
        validation: Evaluation,
        /// Training throughput of the epoch.
        images_per_second: f64,
    },
}

/// Called after each batch and each epoch; `Break` ends the run after the current batch.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
/// use tinyconv_training::training::{Event, Observer, TrainOptions, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// # let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..TrainOptions::digits()
/// # };
/// let mut batches = 0;
/// let mut after_ten = |event| match event {
///     Event::Batch { .. } if batches == 9 => ControlFlow::Break(()),
///     Event::Batch { .. } => {
///         batches += 1;
///         ControlFlow::Continue(())
///     }
///     _ => ControlFlow::Continue(()),
/// };
/// let observe: &mut Observer<'_> = &mut after_ten;
/// assert_eq!(train::<Brighter>(&dataset, &options, observe)?.epochs, 10); // of one batch each
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Observer<'a> = dyn FnMut(Event) -> ControlFlow<()> + Send + 'a;

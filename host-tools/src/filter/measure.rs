//! What each method costs, beside how far it is from the direct one.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::time::Instant;

use serde::Serialize;

use super::{Filter, FilterError, Image, Method};

/// What was measured of a method.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use host_tools::filter::{Filter, Image, Kernel, Method, measure};
///
/// let image = Image::new(8, 8, (0..64).map(|value| value as f32 / 63.0).collect())?;
/// let filter = Filter::of(Kernel::gaussian(5)?);
/// let timings = measure(&image, &filter, &Method::ALL, NonZeroU32::MIN)?;
/// assert_eq!((timings[0].method, timings[0].difference), ("direct", 0.0));
/// assert!(timings[2].difference < 1e-5); // by FFT, nearly the same
/// # Ok::<(), host_tools::filter::FilterError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timing {
    /// The method's name.
    pub method: &'static str,
    /// The median of the milliseconds that a picture took.
    pub milliseconds: f64,
    /// The largest difference of a value from that of the direct method.
    pub difference: f32,
    /// The direct method's milliseconds over these; `None` if that was not measured.
    pub speed_up: Option<f64>,
}

/// Filters `image` with each of the methods, `repetitions` times, all methods once in each
/// repetition: a machine whose speed drifts drifts for all of them.
///
/// Memory for the output, and for spectra the transform of the kernel, belong to what is timed;
/// the plan of the transforms, which depends on sizes only, is made before.
///
/// # Errors
/// If a method cannot be used with the filter.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use host_tools::filter::{Filter, Image, Kernel, Method, measure};
///
/// let image = Image::new(8, 8, (0..64).map(|value| value as f32 / 63.0).collect())?;
/// let filter = Filter::of(Kernel::gaussian(5)?);
/// let timings = measure(&image, &filter, &Method::ALL, NonZeroU32::MIN)?;
/// assert_eq!(timings.len(), 3);
/// assert!(timings.iter().all(|timing| timing.milliseconds > 0.0));
/// # Ok::<(), host_tools::filter::FilterError>(())
/// ```
pub fn measure(
    image: &Image,
    filter: &Filter,
    methods: &[Method],
    repetitions: NonZeroU32,
) -> Result<Vec<Timing>, FilterError> {
    let expected = filter.apply(image, Method::Direct)?;
    let mut runs = Vec::new();
    for &method in methods {
        let run = filter.prepare(image, method)?;
        // The first run, which also fills the caches, is not timed.
        let difference = difference(&run(), &expected);
        runs.push((method, run, difference, Vec::new()));
    }
    for _ in 0..repetitions.get() {
        for (_, run, _, milliseconds) in &mut runs {
            let start = Instant::now();
            black_box(run());
            milliseconds.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let mut timings: Vec<_> = runs
        .into_iter()
        .map(|(method, _, difference, mut milliseconds)| {
            milliseconds.sort_by(f64::total_cmp);
            let milliseconds = milliseconds[milliseconds.len() / 2];
            Timing { method: method.name(), milliseconds, difference, speed_up: None }
        })
        .collect();
    let direct = timings.iter().find(|timing| timing.method == Method::Direct.name());
    if let Some(direct) = direct.map(|timing| timing.milliseconds) {
        for timing in &mut timings {
            timing.speed_up = Some(direct / timing.milliseconds);
        }
    }
    Ok(timings)
}

/// The largest difference between two values in the same place.
fn difference(a: &[Image], b: &[Image]) -> f32 {
    let values = |images: &[Image]| -> Vec<f32> {
        images.iter().flat_map(|image| image.values().iter().copied()).collect()
    };
    values(a).iter().zip(values(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

//! What a user asks for by one name: a kernel, or two and what they say together.

use super::fft::{Fft, padded};
use super::{FilterError, Image, Kernel, Method, direct};

/// A kernel, or the two of an operator that looks in two directions.
///
/// ```
/// use host_tools::filter::{Filter, Image, Method};
///
/// // A vertical edge: black at the left, white at the right.
/// let image = Image::new(3, 4, vec![0.0, 0.0, 1.0, 1.0].repeat(3))?;
/// let pictures = Filter::named("sobel", None)?.apply(&image, Method::Direct)?;
/// assert_eq!(pictures[0].values()[4..8], [0.0, 4.0, 4.0, -4.0]); // beyond the border it is black
/// # Ok::<(), host_tools::filter::FilterError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    name: &'static str,
    /// Of one size; at least one.
    kernels: Vec<Kernel>,
}

impl Filter {
    /// The names that [`named`](Self::named) knows.
    pub const NAMES: [&'static str; 4] = ["box", "gaussian", "sobel", "edge"];

    /// The size of a `box` and a `gaussian` if none is given.
    pub const DEFAULT_SIZE: usize = 5;

    /// The filter of one of [`NAMES`](Self::NAMES), of `size` rows and columns if it has a choice.
    ///
    /// # Errors
    /// If there is no filter of that name, or it does not come in that size.
    ///
    /// ```
    /// use host_tools::filter::Filter;
    ///
    /// assert_eq!(Filter::named("gaussian", Some(7))?.kernels()[0].rows(), 7);
    /// let error = Filter::named("blur", None).unwrap_err();
    /// assert_eq!(error.to_string(), "there is no filter \"blur\": use one of box, gaussian, sobel, edge");
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    pub fn named(name: &str, size: Option<usize>) -> Result<Self, FilterError> {
        let fixed = |name, kernels| match size {
            None | Some(3) => Ok(Self { name, kernels }),
            Some(size) => Err(FilterError::FixedSize { name, size }),
        };
        let any = size.unwrap_or(Self::DEFAULT_SIZE);
        match name {
            "box" => Kernel::mean(any).map(Self::of),
            "gaussian" => Kernel::gaussian(any).map(Self::of),
            "sobel" => fixed("sobel", vec![Kernel::sobel_horizontal(), Kernel::sobel_vertical()]),
            "edge" => fixed("edge", vec![Kernel::edge()]),
            _ => Err(FilterError::UnknownFilter(name.into())),
        }
    }

    /// A filter of one kernel.
    ///
    /// ```
    /// use host_tools::filter::{Filter, Kernel};
    ///
    /// assert_eq!(Filter::of(Kernel::edge()).kernels(), [Kernel::edge()]);
    /// ```
    #[must_use]
    pub fn of(kernel: Kernel) -> Self {
        Self { name: kernel.name(), kernels: vec![kernel] }
    }

    /// Its name.
    ///
    /// ```
    /// use host_tools::filter::Filter;
    ///
    /// assert_eq!(Filter::named("box", None)?.name(), "box");
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its kernels.
    ///
    /// ```
    /// use host_tools::filter::{Filter, Kernel};
    ///
    /// let kernels = [Kernel::sobel_horizontal(), Kernel::sobel_vertical()];
    /// assert_eq!(Filter::named("sobel", None)?.kernels(), kernels);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn kernels(&self) -> &[Kernel] {
        &self.kernels
    }

    /// The names of the pictures that it makes: one for each kernel, and the magnitude of two.
    ///
    /// ```
    /// use host_tools::filter::Filter;
    ///
    /// let names = ["sobel-horizontal", "sobel-vertical", "sobel-magnitude"];
    /// assert_eq!(Filter::named("sobel", None)?.outputs(), names);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn outputs(&self) -> Vec<String> {
        let mut names: Vec<_> = self.kernels.iter().map(|kernel| kernel.name().into()).collect();
        if names.len() > 1 {
            names.push(format!("{}-magnitude", self.name));
        }
        names
    }

    /// The methods that can be used.
    ///
    /// ```
    /// use host_tools::filter::{Filter, Kernel, Method};
    ///
    /// assert_eq!(Filter::of(Kernel::mean(3)?).methods(), Method::ALL);
    /// assert_eq!(Filter::of(Kernel::edge()).methods(), [Method::Direct, Method::Fft]);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn methods(&self) -> Vec<Method> {
        let separable = self.kernels.iter().all(|kernel| kernel.factors().is_some());
        let possible = |&method: &Method| method != Method::Separable || separable;
        Method::ALL.into_iter().filter(possible).collect()
    }

    /// About what the methods take for a picture of `rows` x `columns`.
    ///
    /// ```
    /// use host_tools::filter::{Filter, Kernel, Method};
    ///
    /// let filter = Filter::of(Kernel::mean(5)?);
    /// let cost = |method| filter.cost(480, 640, &[method]);
    /// assert_eq!(cost(Method::Direct).multiply_adds, 25 * 480 * 640);
    /// assert!(cost(Method::Fft).bytes > cost(Method::Direct).bytes);
    /// // A line is a map to transform, if the kernel is large.
    /// let large = Filter::of(Kernel::mean(255)?);
    /// assert!(large.cost(1, 1 << 24, &[Method::Fft]).bytes > 1 << 34);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn cost(&self, rows: usize, columns: usize, methods: &[Method]) -> Cost {
        let pixels = rows as u64 * columns as u64;
        let maps = 2 + 2 * self.outputs().len() as u64;
        let mut cost = Cost { bytes: maps * pixels * size_of::<f32>() as u64, multiply_adds: 0 };
        for method in methods {
            for kernel in &self.kernels {
                let (m, n) = (kernel.rows(), kernel.columns());
                cost.multiply_adds += match method {
                    Method::Direct => pixels * (m * n) as u64,
                    Method::Separable => pixels * (m + n) as u64,
                    Method::Fft => {
                        let area = padded(rows, m) as u64 * padded(columns, n) as u64;
                        // Spectra of picture and kernel, each twice while it is transposed, and the taps.
                        cost.bytes = cost.bytes.max(area * 20);
                        area * u64::from(area.ilog2() + 1)
                    }
                };
            }
        }
        cost
    }

    /// Makes the pictures that [`outputs`](Self::outputs) names.
    ///
    /// The magnitude of two pictures is `sqrt(a * a + b * b)`, pixel by pixel.
    ///
    /// # Errors
    /// If the method cannot be used.
    ///
    /// ```
    /// use host_tools::filter::{Filter, Image, Kernel, Method};
    ///
    /// let image = Image::new(1, 3, vec![0.0, 0.75, 0.0])?;
    /// let filter = Filter::of(Kernel::edge());
    /// assert_eq!(filter.apply(&image, Method::Direct)?[0].values(), [-0.75, 3.0, -0.75]);
    /// assert!(filter.apply(&image, Method::Separable).is_err());
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    pub fn apply(&self, image: &Image, method: Method) -> Result<Vec<Image>, FilterError> {
        Ok(self.prepare(image, method)?())
    }

    /// Does what needs only the sizes; the rest, which is repeated in measurements, is returned.
    pub(super) fn prepare<'a>(
        &'a self,
        image: &'a Image,
        method: Method,
    ) -> Result<Box<dyn Fn() -> Vec<Image> + 'a>, FilterError> {
        let with = |apply: Box<dyn Fn(&Kernel) -> Image + 'a>| {
            Box::new(move || with_magnitude(self.kernels.iter().map(&apply).collect()))
        };
        Ok(match method {
            Method::Direct => with(Box::new(move |kernel| {
                direct::apply(image, kernel.weights(), kernel.rows(), kernel.columns())
            })),
            Method::Separable => {
                let factors: Option<Vec<_>> = self.kernels.iter().map(Kernel::factors).collect();
                let factors = factors.ok_or(FilterError::NotSeparable(self.name))?;
                Box::new(move || {
                    let pictures = factors.iter().map(|(column, row)| {
                        let between = direct::apply(image, row, 1, row.len());
                        direct::apply(&between, column, column.len(), 1)
                    });
                    with_magnitude(pictures.collect())
                })
            }
            Method::Fft => {
                let fft = Fft::new(image, &self.kernels[0]);
                with(Box::new(move |kernel| fft.apply(image, kernel)))
            }
        })
    }
}

/// What filtering a picture takes.
///
/// ```
/// use host_tools::filter::{Cost, Filter, Kernel, Method};
///
/// let expected = Cost { bytes: 4 * 4 * 100, multiply_adds: 9 * 100 };
/// assert_eq!(Filter::of(Kernel::mean(3)?).cost(10, 10, &[Method::Direct]), expected);
/// # Ok::<(), host_tools::filter::FilterError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Bytes of memory.
    pub bytes: u64,
    /// Multiply-adds of each method once.
    pub multiply_adds: u64,
}

/// The pictures, and their magnitude if they are two.
fn with_magnitude(mut pictures: Vec<Image>) -> Vec<Image> {
    if let [a, b] = &pictures[..] {
        let pairs = a.values().iter().zip(b.values());
        let magnitude = a.with(pairs.map(|(a, b)| (a * a + b * b).sqrt()).collect());
        pictures.push(magnitude);
    }
    pictures
}

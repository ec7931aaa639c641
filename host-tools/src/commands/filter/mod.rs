//! `tinyconv filter`: what a fixed kernel makes of a picture, and what each method costs.

mod report;

use std::num::NonZeroU32;
use std::path::PathBuf;

use crate::filter::{Filter, Image, Method, Sheet, maps, measure};
use anyhow::Context;
use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, ValueEnum};
use tinyconv_training::data::{Dataset, bundled_mnist_dir};
use tinyconv_training::files::{self, FileError, FileSet};

use super::limits::LimitArguments;
use super::output;
use report::FilterReport;

/// Filter a picture with a fixed kernel, and compare three methods.
///
/// Colour pictures are converted to grey. The result has the size of the picture; pixels outside it
/// count as zero. As in a network, the kernel is not flipped (cross-correlation).
#[derive(Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("picture").required(true))]
pub struct FilterArguments {
    /// Picture to filter, PNG or JPEG.
    #[arg(group = "picture")]
    image: Option<PathBuf>,
    /// Use the first bundled MNIST test image of this digit.
    #[arg(
        long, group = "picture", value_name = "DIGIT",
        value_parser = clap::value_parser!(u8).range(0..10)
    )]
    digit: Option<u8>,
    /// Kernel: mean (box), mean weighted towards near pixels (gaussian), slope in two directions
    /// and its magnitude (sobel), or Laplacian (edge).
    #[arg(
        long, default_value = Filter::NAMES[0], value_name = "NAME",
        value_parser = PossibleValuesParser::new(Filter::NAMES)
    )]
    kernel: String,
    /// Rows and columns of box or gaussian, an odd number [default: 5; sobel and edge are 3 x 3].
    #[arg(long, value_name = "N")]
    size: Option<usize>,
    /// Method to run.
    #[arg(long, default_value = "all")]
    method: Methods,
    /// Number of times each method is run; the results are medians.
    #[arg(long, default_value = "9", value_name = "N")]
    repetitions: NonZeroU32,
    /// Directory for the filtered pictures.
    #[arg(long, default_value = "filtered", value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    limits: LimitArguments,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- filter photo.jpg --kernel gaussian --size 15
  cargo run -p host-tools -- filter --digit 5 --kernel sobel";

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Methods {
    /// Every method that the kernel allows.
    All,
    /// Direct sum over the kernel.
    Direct,
    /// First along the rows, then along the columns.
    Separable,
    /// Product of spectra.
    Fft,
}

impl FilterArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let filter = Filter::named(&self.kernel, self.size)?;
        let methods = match self.method {
            Methods::All => filter.methods(),
            Methods::Direct => vec![Method::Direct],
            Methods::Separable => vec![Method::Separable],
            Methods::Fft => vec![Method::Fft],
        };
        let names = filter.outputs();
        let path = |name: &str| self.out.join(format!("{name}.png"));
        let overview = path(&format!("{}-overview", filter.name()));
        let picture = self.image.as_ref().and_then(|path| path.canonicalize().ok());
        for path in names.iter().map(|name| path(name)).chain([overview.clone()]) {
            if picture.is_some() && path.canonicalize().ok() == picture {
                let source = std::io::Error::other("that is the input picture itself");
                return Err(FileError::Unwritable { path, source }.into());
            }
            files::check_writable(&path)?;
        }

        let image = match (&self.image, self.digit) {
            (Some(path), _) => Image::read(path)?,
            (None, digit) => digit_of_mnist(digit.unwrap_or_default())?,
        };
        // What cannot be drawn is not computed, either.
        Sheet::of(&vec![(image.rows(), image.columns()); 1 + names.len()])?;
        let cost = filter.cost(image.rows(), image.columns(), &methods);
        let limits = self.limits.limits();
        limits.check_memory("the maps, with this --size and --method,", cost.bytes)?;
        let runs = u64::from(self.repetitions.get()).saturating_add(2);
        let work = cost.multiply_adds.saturating_mul(runs);
        limits.check_work("filtering, with this --size and --repetitions,", work)?;
        // The files are the direct method's, if no other one was asked for.
        let results = filter.apply(&image, methods[0])?;
        let timings = measure(&image, &filter, &methods, self.repetitions)?;
        let all: Vec<&Image> = std::iter::once(&image).chain(&results).collect();
        let sheet = maps(&all)?;
        let mut written = FileSet::default();
        for (name, result) in names.iter().zip(&results) {
            written.add(&path(name), &result.png()).context("the result was not written")?;
        }
        written.add(&overview, &sheet).context("the overview was not written")?;
        written.commit()?;
        let report = FilterReport::new(&image, &filter, timings, &names, &results, &self.out);
        output::line(&if self.json { serde_json::to_string(&report)? } else { report.text() })?;
        Ok(())
    }
}

/// The first test image of `digit`.
fn digit_of_mnist(digit: u8) -> anyhow::Result<Image> {
    let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
    let found = test.labels.iter().position(|&label| label == u16::from(digit));
    let index = found.with_context(|| format!("the bundled MNIST has no {digit}"))?;
    let images = test.images().context("MNIST has images")?;
    Ok(Image::from_bytes(images.rows, images.columns, images.image(index))?)
}

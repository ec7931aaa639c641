//! The state of the page: a model, a drawing, what the network says of it, and what it was taught.

use core::fmt::{self, Write};

use tinyconv::kernels;
use tinyconv::model_file::{ModelFile, Normalisation, Normalisations, Training};

use crate::description::describe;
use crate::drawing::{self, SIDE};
use crate::entry::{Sizes, Work};
use crate::{Entry, PageError};

/// Bytes of a description or a message.
const TEXT: usize = 32 * 1024;

/// All memory of a page; [`page!`](crate::page) puts it into a static and exports its functions to the page's scripts.
///
/// Scripts write a drawing or a file where these are, then call a function. Nothing is allocated, so that what a file
/// claims does not matter.
///
/// ```
/// use tinyconv::tuning::All;
/// use tinyconv_page::{Entry, Page, PageError};
///
/// tinyconv::network! { Line: 1 x 1 x 2 { Dense { out: 1 } } }
///
/// const NETWORKS: &[Entry] = &[Entry::of::<Line, All>(0)];
/// type LinePage = Page<
///     { Entry::floats(NETWORKS) },
///     { Entry::bytes(NETWORKS) },
///     { Entry::file_bytes(NETWORKS) },
/// >;
///
/// let mut page = LinePage::NEW;
/// assert_eq!(page.infer(), Err(PageError::NoModel));
/// let too_long = page.file().len() + 1;
/// let refused = page.open(NETWORKS, too_long);
/// assert_eq!(page.status(refused), 1);
/// assert!(page.text().starts_with(b"the file has more than"));
/// ```
#[derive(Debug)]
pub struct Page<const FLOATS: usize, const BYTES: usize, const FILE: usize> {
    entry: Option<&'static Entry>,
    normalisation: Option<Normalisations>,
    drawing: [u8; SIDE * SIDE],
    /// A file that comes in or goes out.
    file: [u8; FILE],
    /// The model file that is open.
    model: [u8; FILE],
    model_length: usize,
    /// Its parameters with what was taught.
    learnt: [u8; FILE],
    floats: [f32; FLOATS],
    bytes: [u8; BYTES],
    text: [u8; TEXT],
    text_length: usize,
    /// The learning rate of the last step, if there was one.
    learning_rate: Option<f32>,
    loss: f32,
}

/// The numbers of a network.
struct Floats<'a> {
    given: &'a mut [f32],
    factory: &'a mut [f32],
    parameters: &'a mut [f32],
    taught: &'a mut [f32],
    elements: &'a mut [f32],
    maps: &'a mut [f32],
    logits: &'a mut [f32],
    probabilities: &'a mut [f32],
}

impl<'a> Floats<'a> {
    fn of(sizes: &Sizes, floats: &'a mut [f32]) -> Self {
        let (given, rest) = floats.split_at_mut(sizes.given);
        let (factory, rest) = rest.split_at_mut(sizes.deployed);
        let (parameters, rest) = rest.split_at_mut(sizes.deployed);
        let (taught, rest) = rest.split_at_mut(sizes.taught);
        let (elements, rest) = rest.split_at_mut(sizes.elements);
        let (maps, rest) = rest.split_at_mut(sizes.maps);
        let (logits, rest) = rest.split_at_mut(sizes.outputs);
        let (probabilities, _) = rest.split_at_mut(sizes.outputs);
        Self { given, factory, parameters, taught, elements, maps, logits, probabilities }
    }
}

impl<const FLOATS: usize, const BYTES: usize, const FILE: usize> Page<FLOATS, BYTES, FILE> {
    /// A page with no model open: all zero, so that it is not a part of the program's file.
    pub const NEW: Self = Self {
        entry: None,
        normalisation: None,
        drawing: [0; SIDE * SIDE],
        file: [0; FILE],
        model: [0; FILE],
        model_length: 0,
        learnt: [0; FILE],
        floats: [0.0; FLOATS],
        bytes: [0; BYTES],
        text: [0; TEXT],
        text_length: 0,
        learning_rate: None,
        loss: 0.0,
    };

    /// Opens the model file in the first `length` bytes of [`file`](Page::file), of one of the networks `entries`;
    /// [`text`](Page::text) becomes its description in JSON.
    ///
    /// # Errors
    /// If it is no sound model file of one of them; the model that was open stays so.
    pub fn open(&mut self, entries: &'static [Entry], length: usize) -> Result<(), PageError> {
        let bytes = self.file.get(..length).ok_or(PageError::FileTooLarge(FILE))?;
        let file = ModelFile::parse(bytes)?;
        let entry = Entry::of_file(entries, &file).ok_or(PageError::OtherNetwork)?;
        let finite = |value: f32| value.is_finite();
        // What lies between the least and the largest byte becomes a number if these two do.
        let becomes_numbers = |normalisation: &Normalisation| {
            finite(normalisation.of(0.0)) && finite(normalisation.of(255.0))
        };
        if !file.parameters().all(finite) || !file.normalisation.iter().all(becomes_numbers) {
            return Err(PageError::NotNumbers);
        }
        let normalisation = file.normalisation;
        // Nothing is changed before the last thing that can go wrong has gone well.
        self.text_length = describe(entry, &file, &mut self.text)?;
        let floats = Floats::of(&entry.sizes, &mut self.floats);
        for (given, value) in floats.given.iter_mut().zip(file.parameters()) {
            *given = value;
        }
        (entry.fold)(floats.given, floats.factory);
        floats.parameters.copy_from_slice(floats.factory);
        self.model[..length].copy_from_slice(bytes);
        self.model_length = length;
        self.normalisation = Some(normalisation);
        (self.entry, self.learning_rate) = (Some(entry), None);
        self.bytes.fill(0);
        Ok(())
    }

    /// Makes the network's input of the drawing.
    ///
    /// # Errors
    /// If nothing is drawn (the input is blank then), or no model is open.
    pub fn prepare(&mut self) -> Result<(), PageError> {
        let entry = self.entry.ok_or(PageError::NoModel)?;
        let drawn = drawing::prepare(&self.drawing, entry.input, entry.border, &mut self.bytes);
        if drawn { Ok(()) } else { Err(PageError::Blank) }
    }

    /// Computes maps, logits and probabilities of the input.
    ///
    /// # Errors
    /// If an output is not a finite number, or no model is open.
    pub fn infer(&mut self) -> Result<(), PageError> {
        let (entry, mut work, probabilities) = self.work()?;
        (entry.infer)(&mut work);
        if !work.logits.iter().all(|logit| logit.is_finite()) {
            probabilities.fill(0.0);
            return Err(PageError::Output);
        }
        probabilities.copy_from_slice(work.logits);
        kernels::softmax::forward(probabilities);
        Ok(())
    }

    /// Trains with the input as an example of `class`; [`loss`](Page::loss) becomes its loss before.
    ///
    /// # Errors
    /// If it is no such example, or the numbers leave their range.
    pub fn teach(&mut self, class: u32, learning_rate: f32) -> Result<(), PageError> {
        // No network of a page has 65 536 classes: a number that is no class stays no class.
        let class = u16::try_from(class).unwrap_or(u16::MAX);
        let (entry, mut work, _) = self.work()?;
        let loss = (entry.teach)(&mut work, class, learning_rate)?;
        (self.loss, self.learning_rate) = (loss, Some(learning_rate));
        Ok(())
    }

    /// Goes back to the parameters of the model file.
    ///
    /// # Errors
    /// If no model is open.
    pub fn restore(&mut self) -> Result<(), PageError> {
        let entry = self.entry.ok_or(PageError::NoModel)?;
        let floats = Floats::of(&entry.sizes, &mut self.floats);
        floats.parameters.copy_from_slice(floats.factory);
        self.learning_rate = None;
        Ok(())
    }

    /// Writes a model file with what was taught to [`file`](Page::file) and returns its length.
    ///
    /// Nothing taught: the bytes of the file that was opened. Else the file says of its training that a step took one
    /// sample, and as its test accuracy 0: it is not known.
    ///
    /// # Errors
    /// If no model is open.
    pub fn save(&mut self) -> Result<usize, PageError> {
        let entry = self.entry.ok_or(PageError::NoModel)?;
        let model = &self.model[..self.model_length];
        let Some(learning_rate) = self.learning_rate else {
            self.file[..model.len()].copy_from_slice(model);
            return Ok(model.len());
        };
        let base = ModelFile::parse(model)?;
        let floats = Floats::of(&entry.sizes, &mut self.floats);
        let learnt = &mut self.learnt[..base.parameters.len()];
        learnt.copy_from_slice(base.parameters);
        // The last parameters are those of both forms of the network: none of them is folded.
        let taught = &floats.parameters[entry.sizes.deployed - entry.sizes.taught..];
        let last = learnt.as_chunks_mut().0.iter_mut().rev().zip(taught.iter().rev());
        last.for_each(|(bytes, parameter)| *bytes = parameter.to_le_bytes());
        let training = Training { batch: 1, learning_rate, test_accuracy: 0.0, ..base.training };
        let file = ModelFile { parameters: learnt, training, ..base };
        Ok(file.write(&mut self.file)?.len())
    }

    fn work(&mut self) -> Result<(&'static Entry, Work<'_>, &mut [f32]), PageError> {
        let entry = self.entry.ok_or(PageError::NoModel)?;
        let floats = Floats::of(&entry.sizes, &mut self.floats);
        let (pixels, choices) = self.bytes.split_at_mut(entry.sizes.pixels);
        let Floats { parameters, taught, elements, maps, logits, probabilities, .. } = floats;
        let normalisation = self.normalisation.as_ref().ok_or(PageError::NoModel)?;
        let work =
            Work { normalisation, pixels, parameters, taught, elements, choices, maps, logits };
        Ok((entry, work, probabilities))
    }

    /// The drawing: [`SIDE`] rows of as many points, a byte of ink each.
    pub const fn drawing(&mut self) -> &mut [u8] {
        &mut self.drawing
    }

    /// Room for a file.
    pub const fn file(&mut self) -> &mut [u8] {
        &mut self.file
    }

    /// The network's input, as many bytes as it has; no model open: anything.
    pub const fn pixels(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// The logits of the last inference; none without a model.
    pub fn logits(&mut self) -> &[f32] {
        self.work().map_or(&[], |(_, work, _)| &*work.logits)
    }

    /// The probabilities of the last inference; none without a model.
    pub fn probabilities(&mut self) -> &[f32] {
        self.work().map_or(&[], |(_, _, probabilities)| &*probabilities)
    }

    /// The maps of the last inference, one after the other as the description has them; none without a model.
    pub fn maps(&mut self) -> &[f32] {
        self.work().map_or(&[], |(_, work, _)| &*work.maps)
    }

    /// The parameters that the network runs with; none without a model.
    pub fn parameters(&mut self) -> &[f32] {
        self.work().map_or(&[], |(_, work, _)| &*work.parameters)
    }

    /// The loss of the example that was taught last, before it was.
    #[must_use]
    pub const fn loss(&self) -> f32 {
        self.loss
    }

    /// The last description or message, in UTF-8.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text[..self.text_length]
    }

    /// What scripts are told of an outcome: 0, or 1 and a message as [`text`](Page::text).
    pub fn status(&mut self, outcome: Result<(), PageError>) -> u32 {
        let Err(error) = outcome else {
            return 0;
        };
        let mut writer = Writer { text: &mut self.text, length: 0 };
        write!(writer, "{error}").expect("messages are short");
        self.text_length = writer.length;
        1
    }
}

/// Writes to a slice.
struct Writer<'a> {
    text: &'a mut [u8],
    length: usize,
}

impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let free = self.text.get_mut(self.length..).unwrap_or_default();
        free.get_mut(..text.len()).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

//! A model file's fields, one after the other: the one place that knows their order and their bounds.

use serde::Deserialize;

use super::envelope::content;
use super::normalisations::check_count;
use super::{
    MAX_DATA, MAX_LABELS, MAX_LAYERS, MAX_NORMALISATIONS, ModelFileError, Normalisation, Training,
};
use crate::math;
use crate::plan::{Dims, LayerSpec};

/// All but the lists.
pub(super) struct Fields<'a> {
    pub(super) name: &'a str,
    pub(super) input: Dims,
    pub(super) parameter_count: u32,
    pub(super) fingerprint: u64,
    pub(super) training: Training,
    pub(super) data: &'a str,
    pub(super) parameters: &'a [u8],
}

/// An entry of a list.
pub(super) enum Entry<'a> {
    Layer(LayerSpec<'a>),
    Normalisation(Normalisation),
    Label(&'a str),
}

impl<'a> Fields<'a> {
    /// Reads a file of any version, and hands the entries of its lists to `keep`.
    pub(super) fn read(
        bytes: &'a [u8],
        mut keep: impl FnMut(Entry<'a>),
    ) -> Result<Self, ModelFileError> {
        let (version, mut content) = content(bytes)?;
        if version == 0 {
            return Err(ModelFileError::Inconsistent);
        }
        let content = &mut content;
        let name = take(content)?;
        let input: Dims = take(content)?;
        for _ in 0..count(content, MAX_LAYERS)? {
            keep(Entry::Layer(take(content)?));
        }
        let parameter_count = take(content)?;
        let fingerprint = take(content)?;
        // In version 1 there was one for all channels, and no list.
        let normalisations = if version == 1 { 1 } else { count(content, MAX_NORMALISATIONS)? };
        check_count(normalisations as usize, input.channels())?;
        for channel in 0..normalisations {
            let normalisation: Normalisation = take(content)?;
            if !normalisation.is_sound() {
                return Err(ModelFileError::Normalisation { channel });
            }
            keep(Entry::Normalisation(normalisation));
        }
        for _ in 0..count(content, MAX_LABELS)? {
            keep(Entry::Label(take(content)?));
        }
        let training = take(content)?;
        let data: &str = if version == 1 { "" } else { take(content)? };
        if data.len() > MAX_DATA {
            return Err(ModelFileError::DataTooLong(data.len()));
        }
        let parameters: &[u8] = take(content)?;
        if !content.is_empty() {
            return Err(ModelFileError::Inconsistent);
        }
        check_parameters(parameters)?;
        Ok(Self { name, input, parameter_count, fingerprint, training, data, parameters })
    }
}

/// Whether all of them are finite.
pub(super) fn check_parameters(parameters: &[u8]) -> Result<(), ModelFileError> {
    let is_no_number = |bytes: &[u8; 4]| !math::is_finite(f32::from_le_bytes(*bytes));
    match parameters.as_chunks().0.iter().position(is_no_number) {
        Some(index) => Err(ModelFileError::Parameter { index: index as u32 }),
        None => Ok(()),
    }
}

/// The length of a list that has at most so many entries.
fn count(content: &mut &[u8], most: usize) -> Result<u32, ModelFileError> {
    let count: u32 = take(content)?;
    if count as usize > most { Err(ModelFileError::TooLarge) } else { Ok(count) }
}

/// The next field.
fn take<'a, T: Deserialize<'a>>(content: &mut &'a [u8]) -> Result<T, ModelFileError> {
    let (value, rest) =
        postcard::take_from_bytes(content).map_err(|_| ModelFileError::Inconsistent)?;
    *content = rest;
    Ok(value)
}

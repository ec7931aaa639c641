//! The mean of each channel.

pub(crate) use super::no_options as options;
use crate::window::Fit;
use crate::{Class, Dims, Facts, PaddingOption, ShapeError, Window, Written};

pub(crate) const NAME: &str = "GlobalAvgPool2d";
pub(crate) const TAG: u32 = 3;
pub(crate) const CLASS: Class = Class::Plain;
pub(crate) const WRITTEN: [Written; 1] =
    [Written { gives_vector: true, ..Written::plain(NAME, CLASS) }];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    let (channels, size) = (input.channels(), [input.height(), input.width()]);
    let (stride, dilation, padding) = (size, [1, 1], PaddingOption::NONE);
    let fit = Fit { channels, groups: 1, kernel: size, stride, dilation, padding };
    match Window::fitted(input, fit) {
        Ok(window) => Ok(Facts {
            window: Some(window),
            visits: input.len(),
            ..Facts::plain(input, Dims::Vector(channels))
        }),
        Err(error) => Err(error),
    }
}

//! Texts that are put together at compile time: a constant's panic can show only a finished `&str`.

use crate::Dims;

/// A text of up to 384 bytes; what does not fit is left out.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Message, Plan};
///
/// let layers = [LayerSpec { name: "head", kind: LayerKind::Dense(DenseOptions { out: 0 }) }];
/// let misfit = Plan::new(Dims::Vector(4), &layers).unwrap_err();
/// let message: Message = misfit.explain();
/// assert!(message.to_string().starts_with("layer `head` (Dense): a size of 0"));
/// ```
#[derive(Clone, Copy)]
pub struct Message {
    bytes: [u8; 384],
    len: usize,
}

impl Message {
    /// No text.
    pub const EMPTY: Self = Self { bytes: [0; 384], len: 0 };

    /// The text.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Skip }];
    /// let misfit = Plan::new(Dims::Vector(4), &layers).unwrap_err();
    /// assert!(misfit.explain().as_str().starts_with("layer number 1 (Residual): "));
    /// ```
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// With `text` behind it.
    ///
    /// ```
    /// use tinyconv_plan::Message;
    ///
    /// assert_eq!(Message::EMPTY.text("at most ").number(12).as_str(), "at most 12");
    /// ```
    #[must_use]
    pub const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        // Whole or not at all, so that no character is cut.
        if text.len() <= self.bytes.len() - self.len {
            let mut i = 0;
            while i < text.len() {
                self.bytes[self.len + i] = text[i];
                i += 1;
            }
            self.len += text.len();
        }
        self
    }

    /// With `number` behind it.
    ///
    /// ```
    /// use tinyconv_plan::Message;
    ///
    /// assert_eq!(Message::EMPTY.number(40).as_str(), "40");
    /// ```
    #[must_use]
    pub const fn number(self, number: usize) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let text = if number >= 10 { self.number(number / 10) } else { self };
        text.text(DIGITS[number % 10])
    }

    pub(crate) const fn pair(self, a: usize, b: usize) -> Self {
        self.number(a).text(" x ").number(b)
    }

    pub(crate) const fn dims(self, dims: Dims) -> Self {
        match dims {
            Dims::Map([channels, height, width]) => {
                self.number(channels).text(" x ").pair(height, width)
            }
            Dims::Vector(len) => self.number(len),
        }
    }
}

impl core::fmt::Debug for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(self.as_str(), f)
    }
}

impl core::fmt::Display for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

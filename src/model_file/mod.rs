//! Model files: everything a network learnt, and enough about it to refuse the wrong file.
//!
//! # Format, version 2
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `TINYCONV` |
//! | 2 | format version, little-endian |
//! | n | the fields of [`ModelFile`] in their order, as [postcard](https://postcard.jamesmunns.com/wire-format.html) writes them |
//! | 4 | CRC-32 (ISO-HDLC, as in zip) of all bytes before, little-endian |
//!
//! In postcard, integers are varints (seven bits a byte, lowest first), floats are little-endian,
//! texts and lists begin with their length, enums with the number of their variant. The first and
//! the last field of the table stay as they are in all versions. The normalisations are a list: one for
//! all channels of the input, or one for each; means are finite numbers, deviations finite ones above
//! zero. The parameters are the last field:
//! finite numbers, little-endian `f32`, in the order in which [`Network`](crate::Network) has them, borrowed
//! from the file and never copied.
//!
//! ```
//! use tinyconv::model_file::{ModelFile, Normalisation, Training};
//! use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
//!
//! let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
//! let model = ModelFile::new(
//!     "N",
//!     Dims::Map([1, 1, 2]),
//!     &layers,
//!     Normalisation { mean: 0.0, deviation: 1.0 },
//!     &["x"],
//!     Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 },
//!     &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0], // 1.0, 2.0, 0.0
//! )?
//! .with_data("10 signs")?;
//! let mut buffer = [0; 128];
//! let bytes = model.write(&mut buffer)?;
//! #[rustfmt::skip]
//! assert_eq!(bytes, [
//!     b'T', b'I', b'N', b'Y', b'C', b'O', b'N', b'V', 2, 0, // magic, version
//!     1, b'N',                                              // name
//!     0, 1, 1, 2,                                           // input: Map([1, 1, 2])
//!     1, 1, b'd', 5, 1,                                     // one layer, "d", Dense, out 1
//!     3,                                                    // parameters
//!     195, 251, 253, 129, 140, 187, 218, 159, 222, 1,       // fingerprint
//!     1, 0, 0, 0, 0, 0, 0, 128, 63,                         // one normalisation: mean 0.0, deviation 1.0
//!     1, 1, b'x',                                           // one label, "x"
//!     3, 32, 1, 0, 0, 0, 63, 0, 0, 64, 63,                  // epochs, batch, seed, 0.5, 0.75
//!     8, b'1', b'0', b' ', b's', b'i', b'g', b'n', b's',    // data
//!     12, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0,           // 12 bytes of parameters
//!     98, 176, 210, 159,                                    // CRC-32
//! ]);
//! assert_eq!(ModelFile::parse(bytes)?, model);
//! # Ok::<(), tinyconv::model_file::ModelFileError>(())
//! ```
//!
//! # Version 1
//!
//! Files that earlier releases wrote are read: they have a mean and a deviation for all channels, without the list's
//! length before them, and no description of the data. What was read is written in version 2.

mod envelope;
mod error;
mod fields;
mod load;
mod model;
mod normalisation;
mod normalisations;
mod normalised_bytes;
mod training;

pub use envelope::VERSION;
pub use error::ModelFileError;
pub use load::load;
pub use model::{MAX_DATA, MAX_LABELS, MAX_LAYERS, ModelFile};
pub use normalisation::Normalisation;
pub use normalisations::{MAX_NORMALISATIONS, Normalisations};
pub use normalised_bytes::NormalisedBytes;
pub use training::Training;

//! How inputs are normalised, and what a model file says of the data: what is kept, and what is refused.

use tinyconv::model_file::{
    MAX_DATA, MAX_NORMALISATIONS, ModelFile, ModelFileError, Normalisation, Normalisations,
    NormalisedBytes, VERSION,
};
use tinyconv::plan::*;
use tinyconv::{Bytes, ChannelBytes, Source};

use crate::files::*;

const LAYERS: [LayerSpec<'static>; 1] = [LayerSpec { name: "", kind: LayerKind::Relu }];

/// That of channel `index`.
fn of(index: usize) -> Normalisation {
    Normalisation { mean: index as f32, deviation: 0.5 + index as f32 }
}

fn list(count: usize) -> Vec<Normalisation> {
    (0..count).map(of).collect()
}

fn model(
    input: Dims,
    normalisation: impl Into<Normalisations>,
) -> Result<ModelFile<'static>, ModelFileError> {
    ModelFile::new("N", input, &LAYERS, normalisation, &[], TRAINING, &[])
}

/// The error of reading what a model file with these fields would be.
#[track_caller]
fn unread(model: &ModelFile) -> ModelFileError {
    refused(&write(model))
}

#[test]
fn one_for_all_channels_or_one_for_each() {
    for (input, channels) in [
        (Dims::Map([1, 2, 2]), 1),
        (Dims::Map([3, 2, 2]), 3),
        (Dims::Vector(5), 5),
        (Dims::Map([MAX_NORMALISATIONS, 1, 1]), MAX_NORMALISATIONS),
    ] {
        for count in [1, channels] {
            let model = model(input, Normalisations::new(&list(count)).unwrap()).unwrap();
            let file = write(&model);
            let read = ModelFile::parse(&file).unwrap();
            assert_eq!(read.normalisation[..], list(count));
            assert_eq!(
                (read.normalisation.of(channels - 1), &write(&read)),
                (of(count - 1), &file)
            );
        }
        for count in [2, channels + 1].into_iter().filter(|&count| count != channels) {
            let Ok(list) = Normalisations::new(&list(count)) else {
                assert!(count > MAX_NORMALISATIONS);
                continue;
            };
            let [given, channels] = [count, channels].map(|count| count as u32);
            let error = ModelFileError::Normalisations { given, channels };
            assert_eq!(model(input, list), Err(error));
            let written = ModelFile { normalisation: list, ..model(input, of(0)).unwrap() };
            assert_eq!(unread(&written), error);
        }
    }
    // More channels than a list has room for: one for all of them.
    assert!(model(Dims::Vector(1000), of(0)).is_ok());
}

#[test]
fn lists_of_other_lengths_in_a_file() {
    let file = write(&model(Dims::Vector(200), of(7)).unwrap());
    let content = &file[10..file.len() - 4];
    let pair = [7.0f32, 7.5].map(f32::to_le_bytes).concat();
    let at = content.windows(8).position(|bytes| bytes == pair).unwrap();
    assert_eq!(content[at - 1], 1);
    let with = |count: u8| {
        let list = pair.repeat(count.into());
        let content = [&content[..at - 1], &[count], &list, &content[at + 8..]].concat();
        sealed(VERSION, &content)
    };
    assert_eq!(with(1), file);
    let error = |given| ModelFileError::Normalisations { given, channels: 200 };
    assert_eq!([0, 64].map(|count| refused(&with(count))), [0, 64].map(error));
    assert_eq!(refused(&with(65)), ModelFileError::TooLarge);
}

#[test]
fn what_is_no_mean_and_no_deviation() {
    let good = Normalisation { mean: -3.0, deviation: f32::MIN_POSITIVE };
    assert!(model(Dims::Vector(2), good).is_ok());
    let means = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
    let deviations = [0.0, -0.0, -1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
    let bad = means.map(|mean| Normalisation { mean, ..good }).into_iter();
    let bad = bad.chain(deviations.map(|deviation| Normalisation { deviation, ..good }));
    for bad in bad {
        let error = |channel| ModelFileError::Normalisation { channel };
        assert_eq!(model(Dims::Vector(2), bad), Err(error(0)));
        let written =
            ModelFile { normalisation: bad.into(), ..model(Dims::Vector(2), good).unwrap() };
        assert_eq!(unread(&written), error(0));
        assert_eq!(Normalisations::new(&[good, bad]), Err(error(1)));
        // In a file of a release that let it pass, too.
        assert_eq!(refused(&version_1(bad)), error(0));
        assert!(ModelFile::parse(&version_1(good)).is_ok());
    }
}

/// Tables and numbers that are known when the program runs: the same bits.
#[test]
fn all_ways_to_read_bytes_give_the_same_bits() {
    let (means, deviations) = ([123.675, 0.1, -7.0], [58.395, 0.3, 1e-3]);
    let tables = ChannelBytes::tables(means, deviations);
    let list = [0, 1, 2]
        .map(|channel| Normalisation { mean: means[channel], deviation: deviations[channel] });
    let input: Vec<u8> = (0..3).flat_map(|_| 0..=255).collect();
    let bits = |numbers: Vec<f32>| numbers.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    let of_tables = bits(ChannelBytes::new(&tables).elements(&input).collect());
    let normalisations = Normalisations::new(&list).unwrap();
    let of_numbers = bits(NormalisedBytes::new(&normalisations).elements(&input).collect());
    assert_eq!(of_tables, of_numbers);
    let one = Normalisations::same(list[0]);
    let of_one = bits(NormalisedBytes::new(&one).elements(&input).collect());
    assert_eq!(of_one, bits(Bytes(&tables[0]).elements(&input).collect()));
    assert_eq!((of_one == of_tables, &of_one[..256]), (false, &of_tables[..256]));
}

/// A file as the first version has it.
fn version_1(normalisation: Normalisation) -> Vec<u8> {
    let file = write(&model(Dims::Vector(2), of(7)).unwrap());
    let content = &file[10..file.len() - 4];
    let pair = [7.0f32, 7.5].map(f32::to_le_bytes).concat();
    let at = content.windows(8).position(|bytes| bytes == pair).unwrap();
    let new = [normalisation.mean, normalisation.deviation].map(f32::to_le_bytes).concat();
    // Without the list's length; without the empty description before the empty parameters.
    let end = content.len() - 1;
    assert_eq!(content[end - 1..], [0, 0]);
    sealed(1, &[&content[..at - 1], &new, &content[at + 8..end]].concat())
}

#[test]
fn descriptions_of_the_data() {
    let plain = model(Dims::Vector(2), of(0)).unwrap();
    for text in ["", "1797 Ziffern, два", &"x".repeat(MAX_DATA)] {
        let file = write(&plain.clone().with_data(text).unwrap());
        assert_eq!(ModelFile::parse(&file).unwrap().data, text);
    }
    let long = "ä".repeat(MAX_DATA / 2 + 1);
    let error = ModelFileError::DataTooLong(MAX_DATA + 2);
    assert_eq!(plain.clone().with_data(&long), Err(error));
    assert_eq!(unread(&ModelFile { data: &long, ..plain }), error);
}

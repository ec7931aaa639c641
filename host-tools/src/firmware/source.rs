//! The Rust source file that says what a firmware's other files mean.

use tinyconv::model_file::{ModelFile, Normalisation};
use tinyconv::plan::fingerprint;

use crate::export;

/// How the line of the checksum begins: the last line, so that `build.rs` need not read Rust.
const CHECKSUM: &str = "pub const CHECKSUM: u64 = ";

/// The source file of `model`, whose parameters, images and labels are `tables`.
pub(super) fn source(model: &ModelFile<'_>, tables: [&[u8]; 3]) -> String {
    let constants = constants(model);
    let sum = checksum(&constants, tables);
    format!("{constants}{CHECKSUM}{sum:#018x};\n")
}

/// All of the source file but its last line.
fn constants(model: &ModelFile<'_>) -> String {
    let channels = model.normalisation.len();
    let each = |number: fn(&Normalisation) -> f32| {
        let numbers = model.normalisation.iter().map(|one| format!("{:?}", number(one)));
        numbers.collect::<Vec<_>>().join(", ")
    };
    let (means, deviations) = (each(|one| one.mean), each(|one| one.deviation));
    // One for all channels is quicker to look up.
    let (import, of, table, source, make) = match channels {
        1 => (
            "use tinyconv::Bytes;",
            "the same of every channel",
            "[f32; 256] = Bytes::table(MEAN[0], DEVIATION[0])".to_owned(),
            "Bytes<'static>".to_owned(),
            "Bytes(&PIXELS)",
        ),
        _ => (
            "use tinyconv::ChannelBytes;",
            "an entry for each channel",
            format!("[[f32; 256]; {channels}] = ChannelBytes::tables(MEAN, DEVIATION)"),
            format!("ChannelBytes<'static, {channels}>"),
            "ChannelBytes::new(&PIXELS)",
        ),
    };
    let fingerprint = fingerprint(model.input, &export::deployed_layers(model));
    let labels: String = model.labels.iter().map(|label| format!("    {label:?},\n")).collect();
    format!(
        "\
// What the files beside this one mean. `cargo run` writes all of them; to change one, train again.

{import}

/// The network that the parameters belong to: its input, its layers and their options.
pub const FINGERPRINT: u64 = {fingerprint:#018x};
/// To the network, a byte is `(byte - MEAN) / DEVIATION`: {of}.
pub const MEAN: [f32; {channels}] = [{means}];
/// See [`MEAN`].
pub const DEVIATION: [f32; {channels}] = [{deviations}];
/// The number that each byte of an image stands for.
pub static PIXELS: {table};
/// How the network reads the bytes of an image.
pub const fn pixels() -> {source} {{
    {make}
}}
/// The names of the outputs, if they are classes.
#[rustfmt::skip]
pub const LABELS: [&str; {}] = [
{labels}];
/// Of this file and those beside it.
",
        model.labels.len(),
    )
}

/// FNV-1a, 64 bits, of the source without its last line and of the tables, each after its length:
/// a project's `build.rs` computes the same.
fn checksum(constants: &str, tables: [&[u8]; 3]) -> u64 {
    let parts = [[constants.as_bytes()].as_slice(), &tables].concat();
    let bytes = parts
        .iter()
        .flat_map(|part| (part.len() as u64).to_le_bytes().into_iter().chain(part.iter().copied()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

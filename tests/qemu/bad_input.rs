//! What a device must not take is a typed error there as well, and changes nothing. `TINYCONV_BLESS=1` writes the
//! expected output anew.

use crate::support::bless;
use crate::support::firmware::{Image, Net};
use crate::support::qemu::MPS2_AN386;
use crate::{LIMIT, run};

#[test]
fn bad_input_is_told_and_changes_nothing() {
    let image = Image::new("bad-input").and("bad-input").of(Net::DigitsTiny);
    let Some(printed) = run(&MPS2_AN386, &image, LIMIT) else {
        return;
    };
    let printed = printed.unwrap();
    bless::compare(
        concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/firmware/src/bin/bad_input.out"),
        &printed,
    );

    // All but one of the parameters' checksums are those of before.
    let checksums: Vec<&str> =
        printed.lines().filter_map(|line| line.strip_prefix("  parameters ")).collect();
    assert_eq!(checksums.len(), 8);
    let whole: Vec<&str> = checksums[..7].iter().map(|line| &line[..8]).collect();
    assert!(whole.iter().all(|&checksum| checksum == whole[0]), "{whole:?}");
}

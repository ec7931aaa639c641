//! Every kind of layer: the bits of the host, inference and training, on a processor with an FPU and on one without.

use tinyconv::Network;
use tinyconv::plan::{Class, written};

use crate::support::firmware::Image;
use crate::support::kinds::{Kinds, Memory, run};
use crate::support::qemu::{LM3S6965EVB, MPS2_AN386};
use crate::{LIMIT, run as run_image};

#[test]
fn kinds_have_the_bits_of_the_host() {
    for written in written().iter().filter(|written| written.class.is_deployed()) {
        let is_there = |kind: &str| Kinds::LAYERS.iter().any(|layer| layer.kind.name() == kind);
        assert!(
            is_there(written.kind),
            "{} is missing in tests/firmware/src/kinds/network.rs",
            written.kind
        );
    }
    assert!(Kinds::LAYERS.iter().any(|layer| layer.kind.class() == Class::Join));
    let mut memory = Memory::NEW;
    let [output, gradients, parameters] = run(&mut memory);
    let expected = format!("{output:08x} {gradients:08x} {parameters:08x}\n");
    for machine in [&MPS2_AN386, &LM3S6965EVB] {
        if let Some(printed) = run_image(machine, &Image::new("kinds"), LIMIT) {
            assert_eq!(printed.unwrap(), expected, "{}", machine.name);
        }
    }
}

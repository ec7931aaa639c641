//! What single convolutions of several shapes cost on a Cortex-M4F, in a table that is printed even when all is well.

use std::fmt::Write;

use tinyconv::Network;

use crate::costs::PROGRAMS;
use crate::support::counter;
use crate::support::firmware::Image;
use crate::support::inputs::Inputs;
use crate::support::qemu::MPS2_AN386;
use crate::support::shapes::*;
use crate::support::tools;

#[test]
fn costs_of_shapes() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &PROGRAMS) else {
        return;
    };
    let image = Image::new("shapes").build(machine, &toolchain, Inputs::prepare()).unwrap();
    let mut networks = Vec::new();
    macro_rules! list {
        ($($name:ident: $c:literal x $h:literal x $w:literal { $($layers:tt)* },)*) => {$(
            networks.push((taps::<$name>(), $name::INPUT, $name::LAYERS[0].kind));
        )*};
    }
    crate::shapes!(list);
    let regions = counter::count_regions(machine, &image, networks.len()).unwrap();
    assert_eq!(regions.len(), networks.len());
    let mut table = format!(
        "
one convolution on {}, for each multiply-add, those with padding counted
{:<60}{:>16}{:>14}{:>20}
",
        machine.name, "", "multiply-adds", "instructions", "cycles (estimated)",
    );
    for ((taps, input, kind), cost) in networks.into_iter().zip(regions) {
        let cycles = cost.estimated_cycles.expect("a Cortex-M4");
        assert!(cycles >= cost.instructions && cost.instructions >= taps);
        let each = |count: u64| count as f64 / taps as f64;
        let (instructions, cycles) = (each(cost.instructions), each(cycles));
        let what = format!("{input} {kind}");
        writeln!(table, "  {what:<58}{taps:>16}{instructions:>14.2}{cycles:>20.2}")
            .expect("a string");
    }
    tools::say(&table);
}

/// Pairs of an output and a tap.
fn taps<N: Network>() -> u64 {
    let plan = tinyconv::plan::Plan::new(N::INPUT, N::LAYERS).expect("a convolution fits");
    let layer = plan.walk().next().expect("there is one");
    let weights = layer.facts.tensors.as_slice()[0].len() / layer.facts.output.channels();
    (layer.facts.output.len() * weights) as u64
}

//! The networks of MLPerf Tiny in f32: the bits of the host on a Cortex-M4F, and what they cost, beside others.

use std::fmt::Write;
use std::fs;

use host_tools::export::rust_source;
use tinyconv::model_file::{ModelFile, Training};
use tinyconv::plan::Plan;
use tinyconv::{Bytes, Deployed, Init, InputOf, Network, OutputOf, Purpose, Random, Shape, fold};

use crate::LIMIT;
use crate::costs::PROGRAMS;
use crate::support::counter::{self, Cost};
use crate::support::elf;
use crate::support::firmware::{Image, target_directory};
use crate::support::inputs::{Inputs, model_file, write_if_changed};
use crate::support::mlperf::{Autoencoder, DsCnn, MobileNet, ResNet8};
use crate::support::qemu::MPS2_AN386;
use crate::support::tools;

/// ResNet-8 by others in f32, counted as ours is: estimated cycles for each multiply-add, and bytes of RAM.
const PEERS: [(&str, f64, u32); 2] =
    [("TFLM's reference kernels", 15.2, 201_760), ("onnx2c", 16.0, 208_944)];

/// What an inference costs.
struct Costs {
    multiply_adds: usize,
    instructions: u64,
    cycles: u64,
    ram: u32,
    flash: u32,
}

/// Builds and runs the image with the network, compares the outputs, and counts. Nothing, where a tool is missing.
fn costs<N: Network>(feature: &'static str) -> Option<Costs> {
    let machine = &MPS2_AN386;
    let toolchain = tools::available(machine.target, &PROGRAMS)?;
    let mut trained = vec![0.0; N::PARAMS];
    <N as Network>::init(Init::HeUniform, 1, &mut trained);
    let mut parameters = vec![0.0; Deployed::<N>::PARAMS];
    fold::<N>(&trained, &mut parameters);
    let random = Random::new(1, Purpose::Synthesise);
    let bytes: Vec<u8> = (0..N::INPUT_LEN as u32)
        .map(|index| (255.0 * random.uniforms(0, 0, index)[0]) as u8)
        .collect();

    let directory = target_directory().join("firmware-inputs");
    fs::create_dir_all(&directory).expect("the target directory can be written");
    let training =
        Training { epochs: 0, batch: 0, seed: 1, learning_rate: 0.0, test_accuracy: 0.0 };
    let model = model_file::<Deployed<N>>(&parameters, training);
    let model = ModelFile::parse(&model).expect("the model file is whole");
    let files = ["rs", "bin"].map(|ending| directory.join(format!("mlperf_{feature}.{ending}")));
    write_if_changed(&files[0], rust_source(&model).as_bytes());
    write_if_changed(&files[1], &bytes);
    let image = Image::new("mlperf").and(feature).with_mlperf(files);
    let image = image.build(machine, &toolchain, Inputs::prepare()).unwrap();

    let pixels = Bytes::table(0.0, 255.0);
    let mut scratch = vec![f32::NAN; Deployed::<N>::INFER_SCRATCH];
    let mut output = vec![f32::NAN; N::OUTPUT_LEN];
    <Deployed<N> as Network>::infer_from(
        &parameters,
        Bytes(&pixels),
        InputOf::<Deployed<N>>::view(&bytes),
        &mut scratch,
        OutputOf::<Deployed<N>>::view_mut(&mut output),
    );
    assert!(output.iter().all(|y| y.is_finite()) && output.iter().any(|&y| y != output[0]));
    let printed = machine.run(&image, LIMIT).unwrap();
    let (outputs, stack) = printed.trim_end().rsplit_once("\nstack ").expect("a last line");
    let expected: Vec<String> = output.iter().map(|y| format!("{:08x}", y.to_bits())).collect();
    assert_eq!(outputs, expected.join("\n"), "{feature}");

    let Cost { instructions, estimated_cycles } = counter::count(machine, &image).unwrap();
    let size = elf::footprint(&image).unwrap();
    let plan = Plan::new(N::INPUT, N::DEPLOYED).expect("the network fits together");
    Some(Costs {
        multiply_adds: plan.multiply_adds(),
        instructions,
        cycles: estimated_cycles.expect("a Cortex-M4"),
        ram: size.static_ram + stack.parse::<u32>().expect("bytes"),
        flash: size.flash,
    })
}

#[test]
fn networks_of_mlperf_tiny_have_the_bits_of_the_host() {
    let networks = [
        ("resnet8", costs::<ResNet8>("resnet8")),
        ("ds-cnn", costs::<DsCnn>("ds-cnn")),
        ("mobile-net", costs::<MobileNet>("mobile-net")),
        ("autoencoder", costs::<Autoencoder>("autoencoder")),
    ];
    let mut table = format!(
        "
one inference in f32 on {}, batch normalisation folded, an input of bytes
{:<28}{:>14}{:>16}{:>14}{:>20}{:>12}{:>12}
",
        MPS2_AN386.name,
        "",
        "multiply-adds",
        "instructions",
        "each",
        "cycles (estimated)",
        "RAM",
        "flash",
    );
    for (name, costs) in &networks {
        let Some(costs) = costs else { return };
        let each = |count: u64| count as f64 / costs.multiply_adds as f64;
        writeln!(
            table,
            "  {name:<26}{:>14}{:>16}{:>14.2}{:>20.2}{:>12}{:>12}",
            costs.multiply_adds,
            costs.instructions,
            each(costs.instructions),
            each(costs.cycles),
            costs.ram,
            costs.flash,
        )
        .expect("a string");
        assert!(costs.cycles >= costs.instructions);
    }
    for (name, cycles, ram) in PEERS {
        writeln!(table, "  resnet8, {name:<47}{cycles:>40.2}{ram:>12}").expect("a string");
    }
    tools::say(&table);
}

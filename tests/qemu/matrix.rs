//! Every machine with its real memories: inference and training give the bits of the host, no panic can be reached in
//! them, and a stack that overflows is a fault.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::costs::COUNTING;
use crate::support::counter;
use crate::support::elf;
use crate::support::expected::host_logits;
use crate::support::firmware::{Image, Net};
use crate::support::inputs::{Inputs, MULTIPLY_ADDS};
use crate::support::qemu::{
    LM3S6965EVB, MICROBIT, MPS2_AN386, MPS2_AN500, MPS2_AN505, Machine, NETDUINOPLUS2, VIRT,
};
use crate::support::report::Report;
use crate::support::training::{batch_lines, sample_lines};
use crate::{LIMIT, fails_with, support::tools};

/// Some machines compute floats in software.
const TRAINING_LIMIT: Duration = Duration::from_secs(400);

/// In the names of all functions that begin a panic, `core::panicking::panic` and its like.
const PANICS: &str = "panicking";

/// What a machine trains.
struct Plan {
    machine: &'static Machine,
    /// The network that is trained sample by sample.
    samples: Net,
    /// The network that is trained in mini-batches.
    batches: Net,
    /// Whether with momentum.
    momentum: bool,
}

const PLANS: [Plan; 7] = [
    Plan {
        machine: &MICROBIT,
        samples: Net::DigitsTiny,
        batches: Net::DigitsTiny,
        momentum: false,
    },
    // 64 KB: enough for a block of gradients, not for momentum.
    Plan { machine: &LM3S6965EVB, samples: Net::Digits, batches: Net::Digits, momentum: false },
    Plan { machine: &NETDUINOPLUS2, samples: Net::Digits, batches: Net::Digits, momentum: true },
    Plan { machine: &MPS2_AN386, samples: Net::Digits, batches: Net::Digits, momentum: false },
    Plan { machine: &MPS2_AN500, samples: Net::Digits, batches: Net::Digits, momentum: true },
    Plan { machine: &MPS2_AN505, samples: Net::Digits, batches: Net::Digits, momentum: true },
    Plan { machine: &VIRT, samples: Net::Digits, batches: Net::Digits, momentum: true },
];

/// The figures of one machine.
struct Row {
    infer: Figures,
    /// Bytes that inference takes of flash.
    flash: u32,
    samples: Figures,
    batches: Figures,
}

/// What an image costs: instructions of its measured region, bytes of variables, bytes of stack.
struct Figures {
    instructions: Option<u64>,
    static_ram: u32,
    stack: u32,
}

impl Figures {
    fn of(machine: &Machine, image: &Path, stack: u32, counted: bool) -> Self {
        let instructions = counted.then(|| counter::count(machine, image).unwrap().instructions);
        Self { instructions, static_ram: elf::footprint(image).unwrap().static_ram, stack }
    }
}

/// Compares what the image `infer` prints with the host's logits; the depth of its stack.
pub fn logits(machine: &Machine, image: &Path, net: Net) -> u32 {
    compare_logits(machine, image, &host_logits(net))
}

/// Compares what the image `infer` prints with `expected`; the depth of its stack.
pub fn compare_logits(machine: &Machine, image: &Path, expected: &[[u32; 10]]) -> u32 {
    let report = Report::parse(&machine.run(image, LIMIT).unwrap()).unwrap();
    assert_eq!(report.logits.len(), expected.len(), "images");
    for (index, (device, host)) in report.logits.iter().zip(expected).enumerate() {
        assert!(
            device == host,
            "image {index} on {}:\n{device:08x?}, but on the host\n{host:08x?}",
            machine.name
        );
    }
    report.stack
}

/// Compares what the image `train` prints with the host's steps; the depth of its stack.
pub fn samples(machine: &Machine, image: &Path, net: Net, head: bool) -> u32 {
    lines(machine, image, &sample_lines(net, head))
}

/// Compares what the image `train-batches` prints with the host's steps; the depth of its stack.
pub fn batches(machine: &Machine, image: &Path, net: Net, momentum: bool) -> u32 {
    lines(machine, image, &batch_lines(net, momentum))
}

/// # Panics
/// If a function that begins a panic is in the image.
pub fn cannot_panic(image: &Path) {
    assert!(!elf::symbols(image).unwrap().contains(PANICS), "{}", image.display());
}

fn lines(machine: &Machine, image: &Path, expected: &[String]) -> u32 {
    let output = machine.run(image, TRAINING_LIMIT).unwrap();
    let mut lines: Vec<&str> = output.lines().collect();
    let last = lines.pop().expect("the image prints something");
    assert_eq!(lines.len(), expected.len(), "{} on {}", image.display(), machine.name);
    for (device, host) in lines.iter().zip(expected) {
        assert_eq!(device, host, "{}, then host", machine.name);
    }
    last.strip_prefix("stack ").expect("the last line").parse().unwrap()
}

fn check(plan: &'static Plan) {
    let machine = plan.machine;
    let programs = [&[machine.emulator], &COUNTING[..]].concat();
    let Some(toolchain) = tools::available(machine.target, &programs) else {
        return;
    };
    let build = |image: Image| image.build(machine, &toolchain, Inputs::prepare());

    let overflows = build(Image::new("overflows")).and_then(|image| machine.run(&image, LIMIT));
    fails_with(
        overflows,
        &[&format!("{} ended with exit code 1", machine.name), "stack overflow: it ends at 0x"],
    );

    let infer = build(Image::new("infer")).unwrap();
    let stack = logits(machine, &infer, Net::Digits);
    // Also a proof that the next check can fail.
    assert!(elf::symbols(&infer).unwrap().contains(PANICS), "printing can panic");
    let without_panics = |image: Image| {
        let image = build(image).unwrap();
        cannot_panic(&image);
        image
    };
    let alone = without_panics(Image::without_panics("infer-only"));
    let flash = elf::footprint(&alone).unwrap().flash;
    let infer = Figures::of(machine, &infer, stack, true);

    let train = build(Image::new("train").of(plan.samples)).unwrap();
    let stack = samples(machine, &train, plan.samples, false);
    let samples = Figures::of(machine, &train, stack, true);
    without_panics(Image::without_panics("train-only").of(plan.samples));

    let with_momentum =
        |image: Image| if plan.momentum { image.and("momentum") } else { image }.of(plan.batches);
    let train = build(with_momentum(Image::new("train-batches"))).unwrap();
    let stack = batches(machine, &train, plan.batches, plan.momentum);
    let batches = Figures::of(machine, &train, stack, false);
    without_panics(with_momentum(Image::without_panics("train-batches-only")));

    tell(plan, Row { infer, flash, samples, batches });
}

/// Prints a table when the last machine has its row.
fn tell(plan: &'static Plan, row: Row) {
    static ROWS: Mutex<[Option<Row>; PLANS.len()]> = Mutex::new([const { None }; PLANS.len()]);
    let mut rows = ROWS.lock().unwrap_or_else(PoisonError::into_inner);
    let index = PLANS.iter().position(|other| other.machine.name == plan.machine.name);
    rows[index.expect("one of them")] = Some(row);
    if rows.iter().all(Option::is_some) {
        tools::say(&table(rows.iter().flatten()));
    }
}

fn table<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    let mut table = format!(
        "
one inference of digits on each machine, parameters and image in flash ({MULTIPLY_ADDS} multiply-adds); one training
step, all layers: per sample in place, and per mini-batch (*: of digits-tiny, m: with momentum)
{:<26}{:^42}{:^32}{:^20}
{:<26}{:>12}{:>9}{:>8}{:>6}{:>7}{:>15}{:>9}{:>8}{:>12}{:>8}
",
        "", "inference", "step per sample", "mini-batch",
        "machine", "instructions", "each", "flash", "RAM", "stack", "instructions", "RAM", "stack",
        "RAM", "stack",
    );
    for (Plan { machine, samples, batches, momentum }, row) in PLANS.iter().zip(rows) {
        let mark = |net: &Net| if *net == Net::DigitsTiny { "*" } else { "" };
        let instructions = row.infer.instructions.unwrap_or_default();
        writeln!(
            table,
            "{:<26}{instructions:>12}{:>9.2}{:>8}{:>6}{:>7}{:>15}{:>9}{:>8}{:>12}{:>8}",
            format!("{} ({})", machine.name, machine.processor),
            instructions as f64 / MULTIPLY_ADDS as f64,
            row.flash,
            row.infer.static_ram,
            row.infer.stack,
            row.samples.instructions.unwrap_or_default(),
            format!("{}{}", mark(samples), row.samples.static_ram),
            row.samples.stack,
            format!(
                "{}{}{}",
                if *momentum { "m" } else { "" },
                mark(batches),
                row.batches.static_ram
            ),
            row.batches.stack,
        )
        .expect("a string");
    }
    table
}

#[test]
fn microbit() {
    check(&PLANS[0]);
}

#[test]
fn lm3s6965evb() {
    check(&PLANS[1]);
}

#[test]
fn netduinoplus2() {
    check(&PLANS[2]);
}

#[test]
fn mps2_an386() {
    check(&PLANS[3]);
}

#[test]
fn mps2_an500() {
    check(&PLANS[4]);
}

#[test]
fn mps2_an505() {
    check(&PLANS[5]);
}

#[test]
fn virt() {
    check(&PLANS[6]);
}

//! The examples that have a machine in QEMU: built as a user builds them, they print what the file
//! beside them says. `TINYCONV_BLESS=1` writes those files anew.

use std::path::Path;
use std::{env, fs};

use crate::LIMIT;
use crate::support::firmware::target_directory;
use crate::support::qemu::MPS2_AN386;
use crate::support::{process, tools};

#[test]
fn examples_print_what_they_promise() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &[machine.emulator]) else {
        return;
    };
    let example = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/qemu-mps2"));
    // Not the directory of the test firmware, whose images have the same names.
    let target_dir = target_directory().join("examples");
    let mut command = toolchain.cargo_build(machine.target);
    command.current_dir(example).args(["--quiet", "--bins", "--target-dir"]).arg(&target_dir);
    let built = process::run(&mut command, 5 * LIMIT).expect("cargo can be run");
    assert_eq!(built.code, Some(0), "{}", built.stderr);

    let images = target_dir.join(machine.target).join("release");
    for name in ["infer", "finetune"] {
        let printed = machine.run(&images.join(name), LIMIT).unwrap();
        let file = example.join(format!("src/bin/{name}.out"));
        if env::var_os("TINYCONV_BLESS").is_some_and(|value| value == "1") {
            fs::write(&file, &printed).expect("the expected output can be written");
        }
        let expected = fs::read_to_string(&file).expect("the expected output is there");
        assert_eq!(printed, expected, "{name}: printed, then expected");
    }
}

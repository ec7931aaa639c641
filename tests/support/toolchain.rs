//! The two ways to compile for a microcontroller: a target installed with rustup, or Debian's compiler, which builds
//! `core` from source where rustup cannot fetch targets.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library";

/// How firmware is compiled.
#[derive(Clone, Debug)]
pub enum Toolchain {
    /// The cargo that runs the tests.
    Rustup,
    /// Debian's cargo and rustc; the linker comes from the other toolchain.
    Debian { linker: PathBuf },
}

impl Toolchain {
    /// What `TINYCONV_FIRMWARE_CARGO` asks for (`rustup` or `debian`), or else the first that is there.
    ///
    /// # Errors
    /// What is missing, in words for the user.
    pub fn find(target: &str) -> Result<Self, String> {
        match env::var("TINYCONV_FIRMWARE_CARGO").as_deref() {
            Ok("rustup") => Self::rustup(target),
            Ok("debian") => Self::debian(),
            Ok(other) => {
                Err(format!("TINYCONV_FIRMWARE_CARGO is {other:?}, neither rustup nor debian"))
            }
            Err(_) => Self::rustup(target).or_else(|reason| Self::debian().map_err(|_| reason)),
        }
    }

    fn rustup(target: &str) -> Result<Self, String> {
        let library = sysroot()?.join("lib/rustlib").join(target).join("lib");
        if library.is_dir() {
            Ok(Self::Rustup)
        } else {
            Err(format!("Rust's target {target} is not installed"))
        }
    }

    fn debian() -> Result<Self, String> {
        for path in [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_SOURCE] {
            if !Path::new(path).exists() {
                return Err(format!("{path} of Debian's Rust is not installed"));
            }
        }
        // <sysroot>/lib/rustlib/<host>/bin/rust-lld: the host is whichever directory has it.
        let rustlib = sysroot()?.join("lib/rustlib");
        std::fs::read_dir(&rustlib)
            .map_err(|error| format!("{}: {error}", rustlib.display()))?
            .flatten()
            .map(|entry| entry.path().join("bin/rust-lld"))
            .find(|linker| linker.is_file())
            .map(|linker| Self::Debian { linker })
            .ok_or_else(|| format!("{} has no rust-lld", rustlib.display()))
    }

    /// What its compiler says of itself: `rustc 1.95.0 (59807616e 2026-04-14)`, for instance.
    ///
    /// # Panics
    /// If it cannot be run.
    pub fn compiler(&self) -> String {
        let program = match self {
            Self::Rustup => "rustc",
            Self::Debian { .. } => DEBIAN_RUSTC,
        };
        let output = Command::new(program).arg("--version").output().expect("rustc can be run");
        String::from_utf8_lossy(&output.stdout).trim().into()
    }

    /// `cargo build` for `target`, free of what the cargo that runs the tests has put into the environment.
    pub fn cargo_build(&self, target: &str) -> Command {
        let mut command = match self {
            Self::Rustup => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::Debian { .. } => Command::new(DEBIAN_CARGO),
        };
        command.args(["build", "--release", "--target", target]);
        if let Self::Debian { linker } = self {
            let variable = target.to_uppercase().replace(['-', '.'], "_");
            command
                // Building `core` is an unstable feature of a stable compiler.
                .arg("-Zbuild-std=core")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", DEBIAN_RUSTC)
                .env(format!("CARGO_TARGET_{variable}_LINKER"), linker);
        }
        for inherited in [
            // Would replace the flags in the firmware's own configuration.
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            // Would show one compiler the libraries of the other.
            "LD_LIBRARY_PATH",
        ] {
            command.env_remove(inherited);
        }
        command
    }
}

fn sysroot() -> Result<PathBuf, String> {
    let output = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .map_err(|error| format!("rustc cannot be run: {error}"))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

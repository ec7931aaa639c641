//! Processors, and how fast each computes.

use std::fmt;

use serde::Serialize;

use super::Speed;

/// The processor of a board.
///
/// ```
/// use tinyconv_report::boards::Core;
///
/// assert_eq!(Core::CortexM4F.to_string(), "Cortex-M4F");
/// // An f32 costs a processor without a floating-point unit more than ten times as much.
/// let speed = |core: Core| core.speed().unwrap().inference;
/// assert!(speed(Core::CortexM3) > 10.0 * speed(Core::CortexM4F));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Core {
    /// Armv6-M, without a floating-point unit.
    CortexM0,
    /// As [`Core::CortexM0`], with a shorter pipeline.
    CortexM0Plus,
    /// Armv7-M, without a floating-point unit.
    CortexM3,
    /// Armv7E-M, with one.
    CortexM4F,
    /// Armv8-M, with one.
    CortexM33,
    /// Armv7E-M, with one, two instructions at a time.
    CortexM7,
    /// RISC-V of 32 bits, without a floating-point unit.
    Rv32Imac,
    /// The same without atomic instructions.
    Rv32Imc,
    /// That of the ESP32-S3.
    XtensaLx7,
}

impl Core {
    /// As its vendor calls it.
    ///
    /// ```
    /// assert_eq!(tinyconv_report::boards::Core::Rv32Imac.name(), "RV32IMAC");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CortexM0 => "Cortex-M0",
            Self::CortexM0Plus => "Cortex-M0+",
            Self::CortexM3 => "Cortex-M3",
            Self::CortexM4F => "Cortex-M4F",
            Self::CortexM33 => "Cortex-M33",
            Self::CortexM7 => "Cortex-M7",
            Self::Rv32Imac => "RV32IMAC",
            Self::Rv32Imc => "RV32IMC",
            Self::XtensaLx7 => "Xtensa LX7",
        }
    }

    /// Cycles that `digits` takes for each multiply-add, as the benchmarks have it: estimated ones on the
    /// Cortex-M4F, elsewhere the instructions, as if each took a cycle. None where nothing was measured.
    ///
    /// ```
    /// use tinyconv_report::boards::Core;
    ///
    /// let speed = Core::CortexM4F.speed().unwrap();
    /// // digits has 242 560 multiply-adds: 12 ms at 64 MHz.
    /// let ms = speed.inference * 242_560.0 / 64_000.0;
    /// assert!((11.5..12.5).contains(&ms));
    /// assert_eq!(Core::XtensaLx7.speed(), None);
    /// ```
    #[must_use]
    pub const fn speed(self) -> Option<Speed> {
        Some(match self {
            Self::CortexM0 | Self::CortexM0Plus => Speed { inference: 60.3, training: 92.5 },
            Self::CortexM3 => Speed { inference: 33.4, training: 44.6 },
            Self::CortexM4F => Speed { inference: 3.17, training: 5.37 },
            Self::CortexM33 => Speed { inference: 2.57, training: 4.03 },
            Self::CortexM7 => Speed { inference: 1.59, training: 2.87 },
            Self::Rv32Imac | Self::Rv32Imc => Speed { inference: 42.5, training: 55.6 },
            Self::XtensaLx7 => return None,
        })
    }
}

impl fmt::Display for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Core {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BENCHMARKS: &str = include_str!("../../../../src/book/benchmarks.md");

    /// Numbers of the row of the seven machines that begins with `machine`.
    fn row(machine: &str) -> Vec<f64> {
        let row = BENCHMARKS.lines().find(|line| line.starts_with(&format!("| `{machine}`")));
        let cells = row.expect("the table has the machine").split('|').skip(2);
        let number = |cell: &str| {
            let digits: String = cell.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            digits.parse().unwrap_or(f64::NAN)
        };
        cells.map(number).collect()
    }

    /// The number that is followed by `words`.
    fn before(words: &str) -> f64 {
        let before = &BENCHMARKS[..BENCHMARKS.find(words).expect("the chapter says it")];
        let start = before.rfind(|c: char| !(c.is_ascii_digit() || c == ' ')).unwrap() + 1;
        before[start..].replace(' ', "").parse().unwrap()
    }

    #[test]
    fn speeds_are_those_of_the_benchmarks() {
        let multiply_adds = before(" multiply-adds per inference");
        let near = |ours: f64, theirs: f64| {
            assert!((ours / theirs - 1.0).abs() < 0.005, "{ours} {theirs}")
        };
        for (core, machine) in [
            (Core::CortexM3, "lm3s6965evb"),
            (Core::CortexM33, "mps2-an505"),
            (Core::CortexM7, "mps2-an500"),
            (Core::Rv32Imac, "virt"),
        ] {
            let (row, speed) = (row(machine), core.speed().unwrap());
            near(speed.inference, row[0] / multiply_adds);
            near(speed.training, row[4] / multiply_adds);
        }
        let speed = Core::CortexM4F.speed().unwrap();
        near(speed.inference, before(" per inference, ") / multiply_adds);
        near(speed.training, before(" per training step. RAM") / multiply_adds);
        // It trains `digits-tiny`.
        let tiny = tinyconv_built_in::MODELS[1].memory().multiply_adds as f64;
        let (row, speed) = (row("microbit"), Core::CortexM0.speed().unwrap());
        near(speed.inference, row[0] / multiply_adds);
        near(speed.training, row[4] / tiny);
    }
}

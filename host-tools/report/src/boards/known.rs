//! The boards, with the figures of their vendors' documents.
//!
//! RAM is the largest block that is in one piece in the address space and that data can be in: not
//! the core-coupled memory beside it, not caches. Flash is what programs run from on the usual
//! variant of the board. The clock is the highest that the document allows without exceptions.

use super::{Board, Core, Family, Firmware, Support};

const K: usize = 1 << 10;
const M: usize = 1 << 20;

/// The boards that this tool knows, the smallest RAM first.
///
/// ```
/// use tinyconv_report::boards::BOARDS;
///
/// assert_eq!((BOARDS[0].name, BOARDS[0].ram), ("microbit-v1", 16 << 10));
/// assert!(BOARDS.is_sorted_by_key(|board| board.ram));
/// ```
pub static BOARDS: [Board; 24] = [
    Board {
        name: "microbit-v1",
        title: "BBC micro:bit v1",
        chip: "nRF51822",
        core: Core::CortexM0,
        megahertz: Some(16),
        ram: 16 * K,
        flash: 256 * K,
        source: "Nordic, nRF51822 Product Specification, variant QFAA: 256 kB flash, 16 kB RAM",
        support: Support::Nrf,
        firmware: None,
    },
    Board {
        name: "hifive1-revb",
        title: "SiFive HiFive1 Rev B",
        chip: "FE310-G002",
        core: Core::Rv32Imac,
        megahertz: Some(320),
        ram: 16 * K,
        flash: 4 * M,
        source: "SiFive, FE310-G002 Manual (16 KiB DTIM) and HiFive1 Rev B Getting Started Guide (QSPI flash)",
        support: Support::Other,
        firmware: None,
    },
    Board {
        name: "bluepill",
        title: "Blue Pill",
        chip: "STM32F103C8",
        core: Core::CortexM3,
        megahertz: Some(72),
        ram: 20 * K,
        flash: 64 * K,
        source: "ST, DS5319 (STM32F103x8, STM32F103xB)",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "arduino-zero",
        title: "Arduino Zero",
        chip: "ATSAMD21G18",
        core: Core::CortexM0Plus,
        megahertz: Some(48),
        ram: 32 * K,
        flash: 256 * K,
        source: "Microchip, DS40001882 (SAM D21/DA1 Family)",
        support: Support::Other,
        firmware: None,
    },
    Board {
        name: "uno-r4-minima",
        title: "Arduino Uno R4 Minima",
        chip: "R7FA4M1AB",
        core: Core::CortexM4F,
        megahertz: Some(48),
        ram: 32 * K,
        flash: 256 * K,
        source: "Renesas, R01DS0355 (RA4M1 Group)",
        support: Support::Other,
        firmware: None,
    },
    Board {
        name: "nucleo-g071rb",
        title: "STM32 Nucleo-G071RB",
        chip: "STM32G071RB",
        core: Core::CortexM0Plus,
        megahertz: Some(64),
        ram: 36 * K,
        flash: 128 * K,
        source: "ST, DS12232 (STM32G071x8/xB)",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "lm3s6965evb",
        title: "Stellaris LM3S6965 Evaluation Board",
        chip: "LM3S6965",
        core: Core::CortexM3,
        megahertz: Some(50),
        ram: 64 * K,
        flash: 256 * K,
        source: "Texas Instruments, LM3S6965 Microcontroller Data Sheet",
        support: Support::Other,
        firmware: None,
    },
    Board {
        name: "nucleo-f401re",
        title: "STM32 Nucleo-F401RE",
        chip: "STM32F401RE",
        core: Core::CortexM4F,
        megahertz: Some(84),
        ram: 96 * K,
        flash: 512 * K,
        source: "ST, DS10086 (STM32F401xD, STM32F401xE)",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "nucleo-l476rg",
        title: "STM32 Nucleo-L476RG",
        chip: "STM32L476RG",
        core: Core::CortexM4F,
        megahertz: Some(80),
        ram: 96 * K,
        flash: M,
        source: "ST, DS10198 (STM32L476xx): 96 of 128 Kbytes are in one piece",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "microbit-v2",
        title: "BBC micro:bit v2",
        chip: "nRF52833",
        core: Core::CortexM4F,
        megahertz: Some(64),
        ram: 128 * K,
        flash: 512 * K,
        source: "Nordic, nRF52833 Product Specification",
        support: Support::Nrf,
        firmware: Some(Firmware {
            family: Family::CortexM,
            target: "thumbv7em-none-eabihf",
            cpu: "cortex-m4",
            chip: "nRF52833_xxAA",
            dependencies: &[
                r#"cortex-m = { version = "0.7.10", features = ["critical-section-single-core"] }"#,
                r#"embassy-nrf = { version = "0.11", features = ["nrf52833"] }"#,
            ],
            machine: None,
        }),
    },
    Board {
        name: "stm32f4-discovery",
        title: "STM32F4 Discovery",
        chip: "STM32F407VG",
        core: Core::CortexM4F,
        megahertz: Some(168),
        ram: 128 * K,
        flash: M,
        source: "ST, DS8626 (STM32F405xx, STM32F407xx): 128 of 192 Kbytes are in one piece",
        support: Support::Stm32,
        firmware: Some(Firmware {
            family: Family::CortexM,
            target: "thumbv7em-none-eabihf",
            cpu: "cortex-m4",
            chip: "STM32F407VGTx",
            dependencies: &[
                r#"cortex-m = { version = "0.7.10", features = ["critical-section-single-core"] }"#,
                r#"stm32f4xx-hal = { version = "0.23", features = ["stm32f407"] }"#,
            ],
            machine: Some("netduinoplus2"),
        }),
    },
    Board {
        name: "netduino-plus-2",
        title: "Netduino Plus 2",
        chip: "STM32F405RG",
        core: Core::CortexM4F,
        megahertz: Some(168),
        ram: 128 * K,
        flash: M,
        source: "ST, DS8626 (STM32F405xx, STM32F407xx): 128 of 192 Kbytes are in one piece",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "nucleo-f446re",
        title: "STM32 Nucleo-F446RE",
        chip: "STM32F446RE",
        core: Core::CortexM4F,
        megahertz: Some(180),
        ram: 128 * K,
        flash: 512 * K,
        source: "ST, DS10693 (STM32F446xC/E)",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "nano-33-ble",
        title: "Arduino Nano 33 BLE",
        chip: "nRF52840",
        core: Core::CortexM4F,
        megahertz: Some(64),
        ram: 256 * K,
        flash: M,
        source: "Nordic, nRF52840 Product Specification",
        support: Support::Nrf,
        firmware: None,
    },
    Board {
        name: "nrf52840-dk",
        title: "Nordic nRF52840 DK",
        chip: "nRF52840",
        core: Core::CortexM4F,
        megahertz: Some(64),
        ram: 256 * K,
        flash: M,
        source: "Nordic, nRF52840 Product Specification",
        support: Support::Nrf,
        firmware: Some(Firmware {
            family: Family::CortexM,
            target: "thumbv7em-none-eabihf",
            cpu: "cortex-m4",
            chip: "nRF52840_xxAA",
            dependencies: &[
                r#"cortex-m = { version = "0.7.10", features = ["critical-section-single-core"] }"#,
                r#"embassy-nrf = { version = "0.11", features = ["nrf52840"] }"#,
            ],
            machine: None,
        }),
    },
    Board {
        name: "pico",
        title: "Raspberry Pi Pico",
        chip: "RP2040",
        core: Core::CortexM0Plus,
        megahertz: Some(133),
        ram: 264 * K,
        flash: 2 * M,
        source: "Raspberry Pi, RP2040 Datasheet and Pico Datasheet",
        support: Support::Rp2,
        firmware: None,
    },
    Board {
        name: "stm32f746-discovery",
        title: "STM32F746 Discovery",
        chip: "STM32F746NG",
        core: Core::CortexM7,
        megahertz: Some(216),
        ram: 320 * K,
        flash: M,
        source: "ST, DS10916 (STM32F745xx, STM32F746xx): 320 Kbytes of data RAM",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "esp32-c3",
        title: "ESP32-C3-DevKitM-1",
        chip: "ESP32-C3",
        core: Core::Rv32Imc,
        megahertz: Some(160),
        ram: 384 * K,
        flash: 4 * M,
        source: "Espressif, ESP32-C3 Series Datasheet: 400 KB of SRAM, 16 KB of it for the cache",
        support: Support::Esp32,
        firmware: Some(Firmware {
            family: Family::Esp32,
            target: "riscv32imc-unknown-none-elf",
            cpu: "",
            chip: "esp32c3",
            dependencies: &[
                r#"esp-backtrace = { version = "0.19", features = ["esp32c3", "panic-handler", "println"] }"#,
                r#"esp-bootloader-esp-idf = { version = "0.5", features = ["esp32c3"] }"#,
                r#"esp-hal = { version = "1.1", features = ["esp32c3"] }"#,
                r#"esp-println = { version = "0.17", features = ["esp32c3", "defmt-espflash"] }"#,
                r#"esp-storage = { version = "0.9", features = ["esp32c3"] }"#,
            ],
            machine: None,
        }),
    },
    Board {
        name: "esp32-s3",
        title: "ESP32-S3-DevKitC-1",
        chip: "ESP32-S3",
        core: Core::XtensaLx7,
        megahertz: Some(240),
        ram: 416 * K,
        flash: 8 * M,
        source: "Espressif, ESP32-S3 Technical Reference Manual (SRAM1 of 416 KB); the compiler is Espressif's",
        support: Support::Esp32,
        firmware: None,
    },
    Board {
        name: "nucleo-h743zi",
        title: "STM32 Nucleo-H743ZI",
        chip: "STM32H743ZI",
        core: Core::CortexM7,
        megahertz: Some(480),
        ram: 512 * K,
        flash: 2 * M,
        source: "ST, DS12110 (STM32H742xI/G, STM32H743xI/G): 512 Kbytes of AXI SRAM are in one piece",
        support: Support::Stm32,
        firmware: None,
    },
    Board {
        name: "teensy-4.1",
        title: "Teensy 4.1",
        chip: "MIMXRT1062",
        core: Core::CortexM7,
        megahertz: Some(600),
        ram: 512 * K,
        flash: 7_936 * K,
        source: "NXP, IMXRT1060CEC, and PJRC's page of the board: 7936K of flash for programs",
        support: Support::Other,
        firmware: None,
    },
    Board {
        name: "esp32-c6",
        title: "ESP32-C6-DevKitC-1",
        chip: "ESP32-C6",
        core: Core::Rv32Imac,
        megahertz: Some(160),
        ram: 512 * K,
        flash: 8 * M,
        source: "Espressif, ESP32-C6 Series Datasheet: 512 KB of HP SRAM",
        support: Support::Esp32,
        firmware: None,
    },
    Board {
        name: "pico-2",
        title: "Raspberry Pi Pico 2",
        chip: "RP2350",
        core: Core::CortexM33,
        megahertz: Some(150),
        ram: 520 * K,
        flash: 4 * M,
        source: "Raspberry Pi, RP2350 Datasheet and Pico 2 Datasheet",
        support: Support::Rp2,
        firmware: Some(Firmware {
            family: Family::CortexM,
            target: "thumbv8m.main-none-eabihf",
            cpu: "cortex-m33",
            chip: "RP235x",
            dependencies: &[
                r#"cortex-m = "0.7.10""#,
                r#"embassy-rp = { version = "0.10", features = ["critical-section-impl", "rp235xa"] }"#,
            ],
            machine: None,
        }),
    },
    Board {
        name: "qemu-mps2",
        title: "QEMU's mps2-an386",
        chip: "AN386",
        core: Core::CortexM4F,
        megahertz: None,
        ram: 4 * M,
        flash: 4 * M,
        source: "Arm, Application Note AN386 (ZBT SSRAM)",
        support: Support::Other,
        firmware: Some(Firmware {
            family: Family::Emulated,
            target: "thumbv7em-none-eabihf",
            cpu: "cortex-m4",
            chip: "mps2-an386",
            dependencies: &[
                r#"cortex-m = { version = "0.7.10", features = ["critical-section-single-core"] }"#,
            ],
            machine: Some("mps2-an386"),
        }),
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn names_are_unique_and_the_smallest_ram_comes_first() {
        let names: BTreeSet<&str> = BOARDS.iter().map(|board| board.name).collect();
        assert_eq!(names.len(), BOARDS.len());
        assert!(BOARDS.is_sorted_by_key(|board| board.ram));
        for board in &BOARDS {
            assert!(!board.source.is_empty() && board.flash >= board.ram, "{}", board.name);
        }
    }

    #[test]
    fn the_examples_are_the_boards_with_firmware() {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(examples).unwrap() {
            let entry = entry.unwrap();
            if entry.path().join("Cargo.toml").is_file() {
                found.insert(entry.file_name().into_string().unwrap());
            }
        }
        // What they share.
        assert!(found.remove("common"));
        let with_firmware = BOARDS.iter().filter(|board| board.firmware.is_some());
        let names: BTreeSet<String> = with_firmware.map(|board| board.name.to_owned()).collect();
        assert_eq!(found, names);
    }
}

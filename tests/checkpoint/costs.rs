//! What checkpoints of `digits` cost in flash: the table of `src/book/benchmarks.md`.

use tinyconv::checkpoint::Contents;
use tinyconv::network;
use tinyconv::optim::{Adam, Descent, Sgd};

network! {
    Digits: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

network! {
    Head: 1 x 16 x 16 { classify: Dense { out: 10 } }
}

const ERASE_SIZES: [usize; 4] = [1024, 4096, 16 * 1024, 128 * 1024];

#[test]
fn costs_of_digits() {
    let rows = [
        ("last layer, descent", Contents::of::<Head, Descent>(), 10_536, [11, 3, 1, 1]),
        ("last layer, momentum", Contents::of::<Head, Sgd>(), 20_816, [21, 6, 2, 1]),
        ("all layers, descent", Contents::of::<Digits, Descent>(), 20_824, [21, 6, 2, 1]),
        ("all layers, momentum", Contents::of::<Digits, Sgd>(), 41_392, [41, 11, 3, 1]),
        ("all layers, Adam", Contents::of::<Digits, Adam>(), 61_960, [61, 16, 4, 1]),
    ];
    println!(
        "\nbytes of a checkpoint; erases per save and KiB of flash, by bytes of an erase unit"
    );
    println!("{:22} {:>6} {}", "", "bytes", ERASE_SIZES.map(|size| format!("{size:>9}")).concat());
    for (name, contents, bytes, erases) in rows {
        let cells = ERASE_SIZES.map(|size| {
            format!(
                "{:>5} {:>3}",
                contents.erases_per_save(size),
                contents.range_bytes(size) / 1024
            )
        });
        println!("{name:22} {:>6} {}", contents.slot_bytes(), cells.concat());
        assert_eq!(contents.slot_bytes(), bytes);
        assert_eq!(ERASE_SIZES.map(|size| contents.erases_per_save(size)), erases);
        for (size, erases) in ERASE_SIZES.into_iter().zip(erases) {
            assert_eq!(contents.range_bytes(size), 2 * erases * size);
        }
    }
}

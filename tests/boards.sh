#!/usr/bin/env bash
# Why this exists: `tinyconv new` copies the boards' own files from the examples, so each of them must build as it is, and
# what has a machine in QEMU must print what it promises.
#
# Builds every board's crate in examples/ in its own directory, with its own configuration, and prints a line for each
# program: bytes of flash, and of RAM without the stack. Then runs those that have a machine in QEMU and compares what
# they print with the files beside their sources; TINYCONV_BLESS=1 writes these files anew.
# (tests/qemu.rs builds and runs examples/qemu-mps2.)
set -euo pipefail
cd "$(dirname "$0")/.."
source tests/setup.sh

# The longest run takes a second.
LIMIT=60

mkdir -p "${CARGO_TARGET_DIR:-target}/examples"
# One for all: they have many dependencies in common.
target_dir=$(realpath "${CARGO_TARGET_DIR:-target}/examples")
# A board a line, as the table has it: directory and target of its crate, its machine in QEMU or `-`.
boards=$(cargo run --quiet -p host-tools --bin tinyconv -- new --list)
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT

# build BOARD TARGET FEATURES BIN
build() {
    (cd "examples/$1" && firmware_cargo build "$2" --quiet --locked --release --bin "$4" --features "$3" \
        --target-dir "$target_dir")
}

# size_of BOARD TARGET NAME BIN: a line of the table. `.stack` and the `_dummy` sections of esp-hal hold no bytes of
# their own: the former is all RAM that is left, the latter keep two views of one memory apart.
size_of() {
    arm-none-eabi-size -A "$target_dir/$2/release/$4" | awk -v name="$1 $3" '
        $1 ~ /^\.(vector_table|start_block|text|rodata|data|trap|rwtext|flash\.appdesc)$/ { flash += $2 }
        $1 ~ /^\.(data|bss|uninit|trap|rwtext)$/ { ram += $2 }
        END { printf "%-40s flash %7d  RAM %6d\n", name, flash, ram }'
}

# lint BOARD FEATURES: Debian's packages have no clippy for their compiler.
lint() {
    [ "$TINYCONV_FIRMWARE_CARGO" != rustup ] ||
        (cd "examples/$1" && cargo clippy --quiet --locked --release --bins --features "$2" \
            --target-dir "$target_dir" -- -D warnings)
}

# run BOARD TARGET NAME FEATURES BIN MACHINE: NAME.out says what it prints.
run() {
    local expected=examples/$1/src/bin/$3.out
    build "$1" "$2" "$4" "$5"
    if ! timeout "$LIMIT" qemu-system-arm -M "$6" -nographic -monitor none -serial none \
        -semihosting-config enable=on,target=native -kernel "$target_dir/$2/release/$5" >"$printed"; then
        cat "$printed"
        echo "$1 $3: failed in QEMU, or took longer than $LIMIT seconds"
        return 1
    fi
    [ "${TINYCONV_BLESS:-0}" != 1 ] || cp "$printed" "$expected"
    if ! diff -u "$expected" "$printed"; then
        echo "$1 $3: prints something else than $expected says"
        return 1
    fi
    echo "$1 $3: prints what $expected says"
}

cargo fmt --manifest-path examples/common/Cargo.toml --check
# Not from a pipe: the loop's commands must not read the list.
while read -r board target machine <&3; do
    [ "$board" != qemu-mps2 ] || continue
    cargo fmt --manifest-path "examples/$board/Cargo.toml" --check
    for program in infer: finetune: finetune:all-layers; do
        bin=${program%:*} features=${program#*:}
        build "$board" "$target" "$features" "$bin"
        size_of "$board" "$target" "$bin${features:+, $features}" "$bin"
    done
    lint "$board" ""
    [ "$machine" != - ] || continue
    lint "$board" qemu
    run "$board" "$target" infer qemu infer "$machine"
    run "$board" "$target" finetune qemu finetune "$machine"
    run "$board" "$target" finetune-all-layers qemu,all-layers finetune "$machine"
done 3<<<"$boards"

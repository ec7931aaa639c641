#!/usr/bin/env bash
# Why this exists: the one command that checks everything, on a machine with nothing but rustup's cargo and git.
#
# Prints one line per step with its seconds, and what a step printed only if it fails; stops at the first failure.
# With `-v`, shows the output of every step as it comes. With `--long`, also what tests/long.sh checks.
set -euo pipefail
cd "$(dirname "$0")/.."

# Features that change what is computed: of the core's tests, those of kernels and vectors run with each.
ARITHMETIC=(micromath fma)
# Features that link only for a microcontroller: checked for the first firmware target.
CHECKED_FEATURES=(defmt "defmt micromath fma model-file checkpoint replay signature")

verbose=0 long=0
for option in "$@"; do
    case $option in
    -v) verbose=1 ;;
    --long) long=1 ;;
    *) echo "usage: tests/run.sh [-v] [--long]" >&2 && exit 2 ;;
    esac
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# step NAME COMMAND...
step() {
    local name=$1 start=$SECONDS
    shift
    if [ $verbose = 1 ]; then
        printf '==== %s\n' "$name"
        "$@" || { printf 'FAILED %s (%d s)\n' "$name" $((SECONDS - start)); exit 1; }
    elif ! "$@" >"$log" 2>&1; then
        cat "$log"
        printf 'FAILED %s (%d s)\n' "$name" $((SECONDS - start))
        exit 1
    fi
    printf 'ok %4d s  %s\n' $((SECONDS - start)) "$name"
}

# The firmware is a workspace of its own, with the parameters and images that the tests have just written.
clippy_of_firmware() {
    local data features images inputs parameters target target_dir
    target_dir=$(realpath "${CARGO_TARGET_DIR:-target}")
    inputs=$target_dir/firmware-inputs
    data=$(realpath tests/data)
    for target in "${FIRMWARE_TARGETS[@]}"; do
        for features in "" link-check,momentum bad-input,tiny signed,tiny checkpoint,tiny,head head,lenet; do
            parameters=parameters.rs images=images.bin
            case $features in
            *tiny*) parameters=tiny_parameters.rs ;;
            *lenet) parameters=lenet_parameters.rs images=lenet_images.bin ;;
            esac
            (cd tests/firmware && TINYCONV_PARAMETERS=$inputs/$parameters TINYCONV_IMAGES=$inputs/$images \
                TINYCONV_LABELS=$inputs/labels.bin TINYCONV_MODEL=$data/digits-tiny.tinyconv \
                TINYCONV_OTHER_MODEL=$data/digits.tinyconv TINYCONV_UPDATE=$inputs/update.bin \
                TINYCONV_SPOILT=$inputs/spoilt.bin TINYCONV_KEY=$inputs/key.bin \
                TINYCONV_OTHER_KEY=$inputs/other_key.bin cargo clippy --release --target "$target" --features "$features" \
                --target-dir "$target_dir/firmware" -- -D warnings) || return 1
        done
    done
}

# Features that add something to the core's documentation.
DOCUMENTED="model-file checkpoint replay signature"

documentation() {
    local features
    for features in "" "$DOCUMENTED"; do
        RUSTDOCFLAGS="-D warnings" cargo doc --no-deps -p tinyconv --features "$features" || return 1
    done
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace --features tinyconv/checkpoint,tinyconv/replay
}

# rustdoc's list of all items, which is not stable yet: the compiler's own lint misses what is re-exported.
examples_of_every_item() {
    RUSTC_BOOTSTRAP=1 cargo rustdoc -p tinyconv --lib --features "$DOCUMENTED" -- -Z unstable-options \
        --output-format json &&
        python3 tests/docs/examples.py "${CARGO_TARGET_DIR:-target}/doc/tinyconv.json" || return 1
    RUSTC_BOOTSTRAP=1 cargo rustdoc -p tinyconv-plan --lib -- -Z unstable-options --output-format json &&
        python3 tests/docs/examples.py "${CARGO_TARGET_DIR:-target}/doc/tinyconv_plan.json" || return 1
    # An example of what `network!` writes would be a test of every crate that has a network; `run` is a whole program.
    local name
    for name in "${HOST[@]}"; do
        RUSTC_BOOTSTRAP=1 cargo rustdoc -p "$name" --lib -- -Z unstable-options --output-format json &&
            python3 tests/docs/examples.py "${CARGO_TARGET_DIR:-target}/doc/${name//-/_}.json" infer infer_from \
                commands::run || return 1
    done
}

# The crates of the host tool.
HOST=(tinyconv-training tinyconv-built-in tinyconv-exchange tinyconv-report host-tools)

# The crates that are published, each before those that need it.
PUBLISHED=(tinyconv-plan tinyconv-macros tinyconv)

# What crates.io would get: it must build by itself, and stay small. Without network if that is possible.
package() {
    local arguments size=0 crate name packages=${CARGO_TARGET_DIR:-target}/packages
    arguments=(--allow-dirty --target-dir "$packages")
    # Cargo takes what an earlier run unpacked and compiled of these packages: their version has not changed.
    rm -rf "$packages"
    for name in "${PUBLISHED[@]}"; do
        rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry/{src,cache}/-*/"$name"-[0-9]*
    done
    for name in "${PUBLISHED[@]}"; do
        arguments+=(-p "$name")
    done
    cargo package "${arguments[@]}" --offline || cargo package "${arguments[@]}" || return 1
    for name in "${PUBLISHED[@]}"; do
        crate=$(ls -t "$packages"/package/"$name"-[0-9]*.crate | head -n 1)
        size=$((size + $(wc -c <"$crate")))
    done
    echo "the packages have $size bytes together, of at most 300000"
    [ "$size" -le 300000 ]
}

# The fused multiply-add of the host's instruction, of libm, and of a firmware that computes it in software.
fused_multiply_add() {
    cargo test -p host-tools --features fma --test lanes &&
        cargo test -p host-tools --features fma --test qemu logits
}

start=$SECONDS
# Not a step of its own process: it sets variables.
source tests/setup.sh
printf 'ok %4d s  set-up (firmware with %s)\n' $((SECONDS - start)) "$TINYCONV_FIRMWARE_CARGO"

# A tool that is missing now is a failure, not a test to skip.
export TINYCONV_REQUIRE_QEMU=1 TINYCONV_REQUIRE_CHROMIUM=1 TINYCONV_REQUIRE_WASM=$TINYCONV_WASM
target=${FIRMWARE_TARGETS[0]}
# The firmware's own target directory: it is compiled with other flags, perhaps by another compiler.
firmware_dir=${CARGO_TARGET_DIR:-target}/firmware

step "formatting" cargo fmt --all --check
step "formatting of the firmware" cargo fmt --manifest-path tests/firmware/Cargo.toml --check
step "formatting of the examples" cargo fmt --manifest-path examples/qemu-mps2/Cargo.toml --check
# Package by package: tests of the whole workspace would compile many dependencies once more, with the features that
# either package needs.
step "clippy of the plan and the macro" \
    cargo clippy -p tinyconv-plan -p tinyconv-macros --all-targets --features tinyconv-plan/serde -- -D warnings
step "clippy of the core" cargo clippy -p tinyconv --all-targets --features "model-file checkpoint replay signature" -- -D warnings
step "clippy of the host tool" cargo clippy "${HOST[@]/#/-p}" -p tinyconv-fuzz --all-targets -- -D warnings
step "clippy of the page" cargo clippy -p tinyconv-page --all-targets -- -D warnings
step "documentation, with the core's features and without" documentation
step "an example for every public item" examples_of_every_item
step "the documentation's Python" python3 tests/docs/python.py
step "packages" package
[ $verbose = 1 ] || tail -n 1 "$log"
step "tests of the plan and the macro" cargo test -p tinyconv-plan -p tinyconv-macros
# Not optimised: every layer as a value takes minutes to optimise, and the host tool's tests are optimised. A function
# then has a place of its own for each of its variables, which is more than a test's usual stack.
test_core() {
    env CARGO_PROFILE_TEST_OPT_LEVEL=0 RUST_MIN_STACK=67108864 cargo test -p tinyconv --features "$@"
}
# A cut at every unit takes seconds where it is optimised, and minutes where it is not.
step "tests of the core" test_core "model-file checkpoint replay signature" -- --skip cuts::
step "power cuts at every unit" cargo test -p tinyconv --features checkpoint --test checkpoint cuts::
for feature in "${ARITHMETIC[@]}"; do
    step "tests of the core, feature $feature" test_core "$feature" --lib --test golden --test gradients
done
step "core without features" cargo check -p tinyconv --all-targets
step "training without features" cargo clippy -p tinyconv-training --no-default-features -- -D warnings
step "tests of the host tool and of firmware, any bytes" cargo test "${HOST[@]/#/-p}" -p tinyconv-fuzz
# The tables that are worth a look even when all is well.
[ $verbose = 1 ] || sed -n -e '/^one .* on \(mps2-an386\|each machine\)/,/^$/p' -e '/^RAM of training/,/^$/p' \
    -e '/^largest difference from PyTorch/p' -e '/^the page: /p' -e '/^inference of digits in the page/p' -e '/^core.wasm: /p' "$log"
step "tests of the page" cargo test -p tinyconv-page
step "examples for boards" tests/boards.sh
[ $verbose = 1 ] || grep -e "bytes\|flash .* RAM\|prints what" "$log"
step "projects of one's own, for every board" tests/new.sh
[ $verbose = 1 ] || grep "^new, " "$log"
step "projects of one's own, with other networks" tests/mutations.sh
[ $verbose = 1 ] || grep "^mutations, " "$log"
step "README's starts, with data that are not digits" tests/readme.sh
step "model files of other processors and threads" tests/portable.sh
# The hashes, or why nothing was compared.
[ $verbose = 1 ] || tail -n 1 "$log"
step "tests of lanes and firmware, features: fma" fused_multiply_add
# Debian's packages have no clippy for their compiler.
[ "$TINYCONV_FIRMWARE_CARGO" != rustup ] || step "clippy of the firmware" clippy_of_firmware
step "core without std, $target" \
    firmware_cargo build "$target" -p tinyconv --release --features "model-file" --target-dir "$firmware_dir"
for features in "${CHECKED_FEATURES[@]}"; do
    step "core without std, $target, features: $features" \
        firmware_cargo check "$target" -p tinyconv --release --features "$features" --target-dir "$firmware_dir"
done
[ $long = 0 ] || step "what takes long: power cuts, kills, any bytes, other systems" tests/long.sh
printf 'all passed in %d s\n' $((SECONDS - start))

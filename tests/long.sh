#!/usr/bin/env bash
# Why this exists: what tests/run.sh --long checks besides, which takes longer than it tells from one day to the next.
#
# Many power cuts, every network, every kill, bytes that are made up for a while, dependencies, Miri, the oldest compiler
# that Cargo.toml promises, the host tool for the systems that the tests do not run on, and what a release would break of
# the last one. Needs rustup, the network and a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

# Where the host tool is only checked. None of its crates compiles C, so no linker is asked for.
SYSTEMS=(x86_64-pc-windows-msvc aarch64-apple-darwin aarch64-unknown-linux-gnu)

target_dir=$(realpath -m "${CARGO_TARGET_DIR:-target}")
oldest=$(sed -nE 's/^rust-version = "(.*)"$/\1/p' Cargo.toml | head -n 1)

echo "checkpoints: 100 000 power cuts in each way that flash can be left"
TINYCONV_CUTS=100000 cargo test -p tinyconv --features checkpoint --test checkpoint modes -- --nocapture

echo "projects with every network"
tests/mutations.sh all

echo "programs killed at any moment"
TINYCONV_KILLS=10 cargo test -p host-tools --test cli -- killed_at_any_moment --nocapture

echo "licences and sources of every dependency"
command -v cargo-deny >/dev/null || cargo install cargo-deny --locked
cargo deny --config tests/deny.toml check licenses bans sources
# The list of known faults is on the network.
cargo deny --config tests/deny.toml check advisories || echo "known faults of dependencies are not checked: no database"

# The core has no unsafe code; this looks at what it calls, and at accesses that only luck keeps in bounds. Some minutes
# for a few tests, none of which takes a square root: that is an instruction of the processor, which Miri has not.
if rustup toolchain install nightly --profile minimal --component miri; then
    echo "layers and plans in Miri"
    log=$(cargo +nightly miri test -p tinyconv --lib --target-dir "$target_dir/miri" -- \
        plan_tests layers::tests::pooling layers::tests::in_place layers::tests::dense_equals philox below_reaches)
    grep "test result: ok. [1-9]" <<<"$log"
else
    echo "Miri is skipped: there is no nightly compiler here"
fi

echo "rust $oldest: the published crates, with the core's features and without, and the host tool"
rustup toolchain install "$oldest" --profile minimal
for features in "" "model-file checkpoint replay"; do
    cargo "+$oldest" check -p tinyconv --features "$features" --target-dir "$target_dir/oldest"
done
cargo "+$oldest" check -p host-tools --target-dir "$target_dir/oldest"

rustup target add "${SYSTEMS[@]}"
for system in "${SYSTEMS[@]}"; do
    echo "the host tool for $system"
    # `native` would be the processor of this machine.
    RUSTFLAGS="-C target-cpu=generic" cargo check -p host-tools --all-targets --target "$system" \
        --target-dir "$target_dir/systems"
done

echo "what takes bytes from outside, a minute each"
tests/fuzz.sh all 60

# What a release would break of the last one. Before the first release there is nothing to compare with.
if release=$(git describe --tags --match 'v*' --abbrev=0 2>/dev/null); then
    echo "the interface, compared with $release"
    command -v cargo-semver-checks >/dev/null || cargo install cargo-semver-checks --locked
    cargo semver-checks -p tinyconv-plan -p tinyconv --baseline-rev "$release"
else
    echo "the interface is compared with nothing: there is no tag like v0.1.0"
fi

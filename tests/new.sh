#!/usr/bin/env bash
# Why this exists: what `tinyconv new` writes is there to be built as it is, for every board, and its hints to be typed.
#
# Writes a project for each board. Two of them go the whole way: trained for an epoch, then with a network from PyTorch,
# their firmware built and run in QEMU by their own tests, which compare every bit with the host's. The others are
# linted on the host, and their firmware is built with what the first one learnt.
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
source tests/setup.sh
source tests/projects.sh

# These two go the whole way, first.
WHOLE_WAY=(qemu-mps2 microbit-v2)

# The target of each board of the table that has firmware.
declare -A target_of
others=()
while read -r board target _; do
    target_of[$board]=$target
    [[ " ${WHOLE_WAY[*]} " == *" $board "* ]] || others+=("$board")
done < <("$tool" new --list)

# fails BOARD REASON
fails() {
    echo "new, $1: $2"
    exit 1
}

# whole_way BOARD: in the project's directory.
whole_way() {
    local said
    cargo run --quiet -- train --epochs 1 2>&1 | tee "$projects/said"
    grep -q "next: .*cargo run -- eval trained/p-$1.tinyconv" <(tr '\n' ' ' <"$projects/said") ||
        fails "$1" "the hint after training is not a command of the project's"
    said=$(cargo run --quiet -- train --help)
    ! grep -q host-tools <<<"$said" || fails "$1" "its help is about another program"
    cargo run --quiet -- eval "trained/p-$1.tinyconv" --json >/dev/null
    cargo run --quiet -- finetune --epochs 1 | grep "^after: " || fails "$1" "finetune says nothing"
    bits "$1" trained
    # A network from PyTorch gets into the firmware without training.
    cargo run --quiet -- import "$checkout/tests/data/onnx/digits.onnx" --out "trained/p-$1.tinyconv"
    cargo run --quiet -- export "trained/p-$1.tinyconv" --format firmware
    bits "$1" imported
}

# Where nothing has been trained, the firmware says what to do.
says_to_train() {
    local said
    said=$(cd firmware && firmware_cargo build "$2" --quiet --release 2>&1) &&
        fails "$1" "firmware without parameters builds"
    grep -q "has not been trained yet" <<<"$said" || { echo "$said"; fails "$1" "no word of what to do"; }
}

first=
for board in "${WHOLE_WAY[@]}" "${others[@]}"; do
    target=${target_of[$board]} project=$projects/p-$board
    "$tool" new "$project" --board "$board" >/dev/null
    pushd "$project" >/dev/null
    for manifest in Cargo.toml */Cargo.toml; do
        cargo fmt --manifest-path "$manifest" --check
    done
    case $board in
    "${WHOLE_WAY[0]}" | "${WHOLE_WAY[1]}")
        [ -n "$first" ] || says_to_train "$board" "$target"
        whole_way "$board"
        first=${first:-$project}
        ;;
    *)
        cargo clippy --quiet --all-targets -- -D warnings
        cp -r "$first/trained" .
        ;;
    esac
    (cd firmware && firmware_cargo build "$target" --quiet --release)
    # Debian's packages have no clippy for their compiler.
    [ "$TINYCONV_FIRMWARE_CARGO" != rustup ] ||
        (cd firmware && cargo clippy --quiet --release -- -D warnings)
    echo "new, $board: firmware builds"
    popd >/dev/null
done

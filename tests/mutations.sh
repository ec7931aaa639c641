#!/usr/bin/env bash
# Why this exists: what `tinyconv new` writes must survive its user: any network, any classes, data of one's own.
#
# For each network of tests/mutations, writes a new project, changes nothing but the network, and goes the whole way:
# trains, fine-tunes, and runs the firmware in QEMU, whose bits the project's own test compares with the host's. Then
# changes each thing that firmware and training must agree on: it must not build.
#
# Arguments: the networks [default: a few; all: every one of them].
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
source tests/setup.sh
source tests/projects.sh

FEW=(norm one_convolution signal one_output)
networks=("$@")
case ${1:-} in
"") networks=("${FEW[@]}") ;;
all) networks=($(cd tests/mutations && ls *.rs | sed 's/\.rs$//')) ;;
esac

# Classes, channels, rows and columns of the pictures; the others train with the bundled MNIST.
declare -A PICTURES=([residual]="3 3 32 32" [signal]="4 3 1 128" [hundred_classes]="100 1 16 16"
    [forty_layers]="3 1 16 16" [one_output]="1 1 16 16")
declare -A OPTIONS=([one_output]="--loss mean-squared-error")
# How many epochs suffice to see that it learns.
declare -A EPOCHS=([residual]=10 [signal]=10 [hundred_classes]=2 [forty_layers]=2 [one_output]=5)

# fails NETWORK REASON
fails() {
    echo "mutations, $1: $2"
    exit 1
}

# mutate NETWORK: its project, in which nothing else is changed.
mutate() {
    "$tool" new "$projects/$1" >/dev/null
    local file=$projects/$1/network/src/lib.rs
    sed -i -e "/^tinyconv::network! {/,/^}/{/^}/r tests/mutations/$1.rs
        d}" "$file"
    grep -q "$(sed -n 2p "tests/mutations/$1.rs" | xargs)" "$file" || fails "$1" "the network was not put in"
}

# refuses NETWORK WHAT WORDS: the firmware does not build, and says so in these words.
refuses() {
    local said
    said=$(cd firmware && firmware_cargo build "$target" --quiet --release 2>&1) && fails "$1" "$2: it builds"
    grep -q "$3" <<<"$said" || { echo "$said"; fails "$1" "$2: no word of what to do"; }
    echo "mutations, $1: $2 does not build"
}

# silent NETWORK: what training and firmware must agree on.
silent() {
    local file=network/src/lib.rs changed="has changed since it was trained" apart="not of one training"
    cp "$file" lib.kept && cp -r trained trained.kept
    put_back() {
        cp lib.kept "$file"
        rm -rf trained && cp -r trained.kept trained
    }
    sed -i '0,/Relu/s//Tanh/' "$file" && refuses "$1" "another activation" "$changed"
    put_back
    sed -i '0,/MaxPool2d/s//AvgPool2d/' "$file" && refuses "$1" "another pool" "$changed"
    put_back
    sed -i 's/^    "3",/    "three",/' trained/model.rs && refuses "$1" "another label" "$apart"
    put_back
    sed -i 's/MEAN: \[f32; 1\] = .*/MEAN: [f32; 1] = [1.5];/' trained/model.rs && refuses "$1" "another mean" "$apart"
    put_back
    printf '\1' | dd of=trained/parameters.bin bs=1 seek=100 conv=notrunc status=none
    refuses "$1" "another parameter" "$apart"
    put_back
}

for network in "${networks[@]}"; do
    start=$SECONDS
    mutate "$network"
    pushd "$projects/$network" >/dev/null
    with_data=()
    if [ -n "${PICTURES[$network]:-}" ]; then
        read -r -a sizes <<<"${PICTURES[$network]}"
        python3 "$checkout/tests/mutations/pictures.py" "$projects/data of $network" "${sizes[@]}"
        with_data=(--data "../data of $network")
    fi
    read -r -a options <<<"${OPTIONS[$network]:-}"
    cargo run --quiet -- train --epochs "${EPOCHS[$network]:-1}" "${with_data[@]}" "${options[@]}" --json \
        >"$projects/said" || fails "$network" "it does not train"
    accuracy=$(sed -n 's/.*"test_accuracy":\([0-9.]*\).*/\1/p' "$projects/said")
    # Without --data: the project remembers it.
    cargo run --quiet -- eval "trained/$network.tinyconv" >/dev/null || fails "$network" "eval"
    if [ "$network" != one_output ]; then
        # The hand that is drawn is of digits; of other classes, the pictures themselves are the new samples.
        new=(--shown 2 --check 1 --held 1)
        [ -z "${PICTURES[$network]:-}" ] || new=(--shown "../data of $network" --held "../data of $network")
        cargo run --quiet -- finetune --trains all --epochs 1 --replay 1 "${new[@]}" >"$projects/said" ||
            fails "$network" "finetune"
        grep -q "^after: " "$projects/said" || fails "$network" "finetune says nothing"
    fi
    bits "$network" "trained (accuracy ${accuracy:-of a regression})"
    [ "$network" != norm ] || silent "$network"
    popd >/dev/null
    echo "mutations, $network: $((SECONDS - start)) s"
    rm -rf "${projects:?}/$network" "$projects/data of $network"
done

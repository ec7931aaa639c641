#!/usr/bin/env bash
# Why this exists: a model file is promised to depend neither on the processor's SIMD registers nor on the number of
# threads; here whole training runs are compared.
#
# Builds the tool twice, for this machine's processor (as .cargo/config.toml has it) and for any x86-64, trains
# `digits` with both, on one and on two threads, and compares the model files byte for byte. Once more on a piece of
# MNIST with the feature `fma`: with the processor's instruction for sixteen samples, and without, sample by sample
# in libm. The last line printed is the result.
set -euo pipefail
cd "$(dirname "$0")/.."

PORTABLE="-C target-cpu=x86-64"
MNIST=host-tools/data/mnist

host=$(rustc -vV | sed -n 's/^host: //p')
if [[ $host != x86_64-* ]]; then
    echo "model files not compared: a build for any x86-64 does not run on $host"
    exit 0
fi
target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build NAME TARGET_DIR FEATURES: the tool as the program NAME.
build() {
    cargo build -p host-tools --features "$3" --target-dir "$2"
    # The next build with other features replaces the original.
    cp "$2/debug/tinyconv" "$work/$1"
}

# train NAME THREADS OPTIONS...: the model file becomes NAME-THREADS.tinyconv.
train() {
    local name=$1 threads=$2
    shift 2
    "$work/$name" train --model digits --epochs 1 --seed 7 --threads "$threads" --out "$work/trained" "$@"
    mv "$work/trained/digits.tinyconv" "$work/$name-$threads.tinyconv"
}

# same MODEL_FILE...: fails if they are not all the same; else sets `hash`.
same() {
    local file
    for file in "${@:2}"; do
        cmp "$work/$1" "$work/$file"
    done
    hash=$(sha256sum "$work/$1")
    hash=${hash%% *}
}

# first NAME HEADER LENGTH: a file of MNIST with another header, cut off after LENGTH bytes of its items.
first() {
    # Every escape is one byte.
    local header_length=$((${#2} / 4))
    gzip -dc "$MNIST/$1.gz" >"$work/whole"
    printf '%b' "$2" >"$work/mnist/$1"
    head -c $((header_length + $3)) "$work/whole" | tail -c "$3" >>"$work/mnist/$1"
}

# The plain one last: it is what stays in the target directory.
build native-fma "$target" fma
build native "$target" ""
RUSTFLAGS=$PORTABLE build portable-fma "$target/portable" fma
RUSTFLAGS=$PORTABLE build portable "$target/portable" ""

train native 1
train native 2
train portable 2
same native-1.tinyconv native-2.tinyconv portable-2.tinyconv
plain=$hash

# 1024 images to train with and 16 to test with (0x400, 0x10), 28 pixels high and wide (0x1c).
mkdir "$work/mnist"
first train-images-idx3-ubyte '\x00\x00\x08\x03\x00\x00\x04\x00\x00\x00\x00\x1c\x00\x00\x00\x1c' $((1024 * 784))
first train-labels-idx1-ubyte '\x00\x00\x08\x01\x00\x00\x04\x00' 1024
first t10k-images-idx3-ubyte '\x00\x00\x08\x03\x00\x00\x00\x10\x00\x00\x00\x1c\x00\x00\x00\x1c' $((16 * 784))
first t10k-labels-idx1-ubyte '\x00\x00\x08\x01\x00\x00\x00\x10' 16
train native-fma 2 --data "$work/mnist"
train portable-fma 2 --data "$work/mnist"
same native-fma-2.tinyconv portable-fma-2.tinyconv

simd=$(rustc --print cfg -C target-cpu=native | sed -nE 's/^target_feature="(sse2|avx2|avx512f|fma)"$/\1/p' | paste -sd ' ')
echo "this processor ($simd) on 1 and 2 threads, any x86-64 on 2: model file $plain; with fma $hash"

#!/usr/bin/env bash
# Why this exists: what takes bytes from outside, given inputs that libFuzzer makes up for as long as there is time.
#
# usage: tests/fuzz.sh [TARGET|all] [SECONDS] [LIBFUZZER_OPTION...]
#
# The seconds (60) are for each target. An input that panics, takes more than 5 seconds or more than 1 GiB ends the run,
# and its path is printed: a copy in tests/fuzz/corpus/TARGET is a test from then on. What was found to reach more than
# the corpus is kept in the target directory, for the next run. Needs a C++ compiler, which libFuzzer is compiled by.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=($(ls tests/fuzz/corpus))
chosen=${1:-all} seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
[[ $seconds =~ ^[0-9]+$ ]] || { echo "\"$seconds\" is no number of seconds; usage: tests/fuzz.sh [TARGET|all] [SECONDS]" >&2 && exit 2; }
if [ "$chosen" != all ]; then
    [ -d "tests/fuzz/corpus/$chosen" ] || { echo "there is no target \"$chosen\"; there are: ${targets[*]}" >&2 && exit 2; }
    targets=("$chosen")
fi

target_dir=$(realpath -m "${CARGO_TARGET_DIR:-target}")/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
# Each branch counts, and each comparison tells what would make it true. With `--target`, not those of build scripts.
flags=(passes=sancov-module llvm-args=-sanitizer-coverage-level=4 llvm-args=-sanitizer-coverage-inline-8bit-counters
    llvm-args=-sanitizer-coverage-pc-table llvm-args=-sanitizer-coverage-trace-compares codegen-units=1)
CARGO_PROFILE_DEV_OVERFLOW_CHECKS=true RUSTFLAGS="--cfg fuzzing ${flags[*]/#/-C}" \
    cargo build -p tinyconv-fuzz --features libfuzzer --target "$host" --target-dir "$target_dir"

# The files of targets that read files: in memory, where the system has such a directory.
export TMPDIR
TMPDIR=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
trap 'rm -rf "$TMPDIR"' EXIT
# A pool of threads is only waited for.
export RAYON_NUM_THREADS=1

# Files that are good, or were once: seeds for every target.
data=(tests/data/onnx tests/data/pytorch tests/data/tflite tests/data/version-1)
for target in "${targets[@]}"; do
    length=8192
    # Three bytes are one action.
    [ "$target" != store ] || length=384
    found=$target_dir/corpus/$target crashes=$target_dir/crashes/$target
    mkdir -p "$found" "$crashes"
    echo "$target, $seconds s"
    TINYCONV_FUZZ_TARGET=$target "$target_dir/$host/debug/fuzz" "$found" "tests/fuzz/corpus/$target" "${data[@]}" \
        -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1536 -max_len=$length -print_final_stats=1 \
        -artifact_prefix="$crashes/" "$@" 2>"$TMPDIR/log" || { cat "$TMPDIR/log" && exit 1; }
    grep "number_of_executed_units\|average_exec_per_sec\|peak_rss_mb\|cov:" "$TMPDIR/log" | tail -n 4
done

# Why this exists: what tests/new.sh and tests/mutations.sh share: sourced by them, in the checkout, after setup.sh.

mkdir -p "${CARGO_TARGET_DIR:-target}"
# The dependencies of a project are those of the tool: compiled once, where the checkout's are. Its programs go to its
# own target directory.
CARGO_BUILD_BUILD_DIR=$(realpath "${CARGO_TARGET_DIR:-target}")
export CARGO_BUILD_BUILD_DIR
projects=$(mktemp -d)
trap 'rm -rf "$projects"' EXIT

cargo build --quiet -p host-tools --bin tinyconv
tool=$CARGO_BUILD_BUILD_DIR/debug/tinyconv
unset CARGO_TARGET_DIR
# QEMU's machine.
target=${FIRMWARE_TARGETS[0]}

# bits NAME HOW: the project's own tests, of parameters that were trained or imported.
bits() {
    local said
    said=$(cargo test --quiet 2>&1) || { echo "$said"; fails "$1" "its tests fail"; }
    if grep "^skipped: " <<<"$said"; then
        # rustup's cargo has the target, or set-up would have said so.
        [ "$TINYCONV_FIRMWARE_CARGO" != rustup ] || fails "$1" "its tests are skipped"
    else
        grep -q "1 passed" <<<"$said" || fails "$1" "it has no test"
        echo "$(basename "$0" .sh), $1: $2; the firmware in QEMU has the bits of the host"
    fi
}

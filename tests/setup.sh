#!/usr/bin/env bash
# Why this exists: installs what the tests need beyond rustup's cargo, on Debian and Ubuntu: QEMU, a C compiler and
# binutils for the instruction counter, python3, Chromium, and a way to compile for microcontrollers and for the browser.
#
# Says what it is going to do before it does it; does nothing, without network, when all is there. Run it, or source
# it (tests/run.sh does): then TINYCONV_FIRMWARE_CARGO says how firmware is compiled (rustup or debian), and the
# function `firmware_cargo` compiles for a microcontroller in that way.
#
# TINYCONV_WASM is then 1 if the page's program can be built for the browser: by rustup's compiler only.
#
# TINYCONV_FORCE_DEBIAN=1 takes Debian's compiler even where rustup could fetch the targets.

# Rust's names of the processors that the tests build for.
FIRMWARE_TARGETS=(thumbv7em-none-eabihf thumbv6m-none-eabi thumbv7m-none-eabi thumbv8m.main-none-eabihf
    riscv32imac-unknown-none-elf)
# Those of the boards in examples/ besides.
BOARD_TARGETS=(riscv32imc-unknown-none-elf)
# That of the browser.
PAGE_TARGET=wasm32-unknown-unknown

say() { printf 'setup: %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "packages can only be installed as root, and there is no sudo"
        return 1
    fi
}

# Packages whose program or file is not there.
missing_packages() {
    command -v qemu-system-arm >/dev/null || echo qemu-system-arm
    command -v qemu-system-riscv32 >/dev/null || riscv_package
    command -v cc >/dev/null || echo gcc
    [ -e /usr/include/stdio.h ] || echo libc6-dev
    command -v arm-none-eabi-objdump >/dev/null || echo binutils-arm-none-eabi
    command -v python3 >/dev/null || echo python3
    has_chromium || echo chromium
}

# Where the tests look for it.
has_chromium() {
    [ -x "${CHROME:-/usr/bin/chromium}" ] || [ -x /usr/bin/chromium-browser ] || [ -x /usr/bin/google-chrome ]
}

# Newer suites have QEMU for RISC-V in a package of its own.
riscv_package() {
    if apt-cache show qemu-system-riscv >/dev/null 2>&1; then echo qemu-system-riscv; else echo qemu-system-misc; fi
}

missing_debian_rust() {
    [ -x /usr/bin/rustc ] || echo rustc-web
    [ -x /usr/bin/cargo ] || echo cargo-web
    [ -d /usr/lib/rustlib/src/rust/library ] || echo rust-web-src
}

# `--no-remove`: rather fail than make room by removing something of the user's.
apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-remove "$@"
}

# A qemu-utils from a newer suite (a backport) breaks the archive's qemu-system-common, and apt-get takes an older
# version only when it is told to.
apt_install_with_older_qemu_utils() {
    local installed candidate
    installed=$(dpkg-query -W -f '${Version}' qemu-utils 2>/dev/null) || return 1
    candidate=$(apt-cache policy qemu-system-common | awk '/Candidate:/ { print $2 }')
    [ -n "$candidate" ] && [ "$installed" != "$candidate" ] || return 1
    say "qemu-utils $installed does not fit the archive's QEMU: trying again with qemu-utils $candidate"
    apt_install --allow-downgrades "$@" "qemu-utils=$candidate"
}

# install_missing LIST: installs what the function LIST prints, if it prints anything.
install_missing() {
    local packages
    [ -n "$("$1")" ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "this is not Debian or Ubuntu: please install what these packages contain:" $("$1")
        return 1
    fi
    say "reading the package lists with apt-get update"
    as_root apt-get update -qq || say "that failed: going on with the lists as they are"
    # Asked again: names may depend on the lists.
    mapfile -t packages < <("$1")
    say "installing with apt-get: ${packages[*]}"
    apt_install "${packages[@]}" || apt_install_with_older_qemu_utils "${packages[@]}" || return 1
    if [ -n "$("$1")" ]; then
        say "installed, but still not there:" $("$1")
        return 1
    fi
}

# install_targets TARGET...: whether rustup's compiler has, or can be given, every target.
install_targets() {
    local target sysroot
    [ "${TINYCONV_FORCE_DEBIAN:-0}" != 1 ] || return 1
    sysroot=$(rustc --print sysroot) || return 1
    for target in "$@"; do
        [ ! -d "$sysroot/lib/rustlib/$target/lib" ] || continue
        command -v rustup >/dev/null || return 1
        say "adding Rust's target $target with rustup"
        rustup target add "$target" || return 1
    done
}

# firmware_cargo COMMAND TARGET ARGUMENTS...: cargo COMMAND for TARGET, in the way that was found.
firmware_cargo() {
    local command=$1 target=$2 variable
    shift 2
    if [ "$TINYCONV_FIRMWARE_CARGO" = rustup ]; then
        cargo "$command" --target "$target" "$@"
    else
        variable=${target^^}
        variable=CARGO_TARGET_${variable//[-.]/_}_LINKER
        env "$variable=$(echo "$(rustc --print sysroot)"/lib/rustlib/*/bin/rust-lld)" \
            RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
            /usr/bin/cargo "$command" --target "$target" -Zbuild-std=core "$@"
    fi
}

# rustup's smallest profile has neither of the two.
install_components() {
    local component
    for component in clippy rustfmt; do
        cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 && continue
        say "adding $component with rustup"
        rustup component add "$component" || return 1
    done
}

set_up() {
    install_missing missing_packages || return 1
    install_components || return 1
    if install_targets "${FIRMWARE_TARGETS[@]}" "${BOARD_TARGETS[@]}"; then
        TINYCONV_FIRMWARE_CARGO=rustup
    else
        TINYCONV_FIRMWARE_CARGO=debian
        say "compiling firmware with Debian's rustc, which builds Rust's core library from source"
        install_missing missing_debian_rust || return 1
    fi
    if install_targets "$PAGE_TARGET"; then
        TINYCONV_WASM=1
    else
        TINYCONV_WASM=0
        say "rustup cannot fetch $PAGE_TARGET: the page's program is tested as it is, not built again"
    fi
    export TINYCONV_FIRMWARE_CARGO TINYCONV_WASM
}

set_up || { say "failed"; return 1 2>/dev/null || exit 1; }

#!/usr/bin/env python3
"""Why this exists: instructions executed and Cortex-M4 cycles estimated between two functions of a firmware image.

usage: cycles.py ELF [--machine mps2-an386] [--begin roi_begin] [--end roi_end] [--regions N] [--macs N]
                 [--by-function] [--json]

The image runs in QEMU with a plugin that counts every instruction; the same image always gives the same figures.
Counting starts at `begin` and stops at `end`; each such pair is one region. The two functions themselves are not
counted, and need bodies that differ, or the linker may fold them into one.

Needs qemu-system-arm (for RISC-V, qemu-system-riscv32) with plugin support, a C compiler, and nm and objdump of
binutils-arm-none-eabi or LLVM. Instructions are counted, cycles are an estimate (model.py says how) for comparing
programs, not a measurement of a board.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import model

HERE = os.path.dirname(os.path.abspath(__file__))
# Machines that are no Cortex-M: their emulator and its options. Their instructions are counted; cycles are not estimated.
OTHERS = {"virt": ["qemu-system-riscv32", "-bios", "none"]}
# "   1a2c:  ee30 0a20    vadd.f32  s0, s0, s1 @ comment"
DISASSEMBLED = re.compile(r"^\s*([0-9a-f]+):\s+(?:[0-9a-f]{4,8}\s)+\s*(\S+)\s*(.*)$")


def run(command, seconds):
    """Runs a command; its failure or time-out ends this program with what it printed."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not installed (run tests/run.sh)")
    except subprocess.TimeoutExpired:
        sys.exit(f"{command[0]} did not end within {seconds} s")
    if done.returncode:
        sys.exit(f"{' '.join(command)}\nfailed with {done.returncode}:\n{done.stdout[-2000:]}")
    return done.stdout


def first_installed(*names):
    for name in names:
        if shutil.which(name):
            return name
    sys.exit(f"none of {', '.join(names)} is installed (run tests/run.sh)")


def read_symbols(elf):
    """Name -> (address, size) of every function."""
    symbols = {}
    for line in run([first_installed("arm-none-eabi-nm", "llvm-nm"), "-S", elf], 60).splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tTwW":
            # The lowest bit says "Thumb", it is not part of the address.
            symbols[fields[3]] = (int(fields[0], 16) & ~1, int(fields[1], 16))
    return symbols


def disassemble(elf):
    """Address -> (mnemonic, operands)."""
    code = {}
    for line in run([first_installed("arm-none-eabi-objdump", "llvm-objdump"), "-d", elf], 60).splitlines():
        match = DISASSEMBLED.match(line.replace("\t", " "))
        if match:
            operands = re.split(r";|@|//", match[3])[0].strip()
            code[int(match[1], 16)] = (match[2], operands)
    return code


def build_plugin(emulator, directory):
    """Compiles the plugin for the interface of the QEMU that is installed."""
    major = int(re.search(r"version (\d+)\.", run([emulator, "--version"], 60))[1])
    plugin = os.path.join(directory, "insn_count.so")
    run([first_installed("cc", "gcc", "clang"), "-O2", "-shared", "-fPIC", f"-DPLUGIN_VERSION={2 if major >= 9 else 1}",
         "-o", plugin, os.path.join(HERE, "insn_count.c")], 60)
    return plugin


def count(elf, machine, begin, end, regions):
    """Runs the image; gives per region {address: (size, executed, taken)}."""
    emulator, *options = OTHERS.get(machine, ["qemu-system-arm"])
    with tempfile.TemporaryDirectory() as directory:
        output = os.path.join(directory, "counts")
        run([emulator, *options, "-M", machine, "-nographic", "-monitor", "none", "-serial", "none",
             "-semihosting-config", "enable=on,target=native", "-icount", "shift=0", "-kernel", elf,
             "-plugin", f"{build_plugin(emulator, directory)},begin={begin:#x},end={end:#x},out={output},regions={regions}"], 570)
        with open(output) as file:
            lines = [line.split() for line in file]
    executed, taken = {}, {}
    for kind, region, *rest in lines:
        if kind == "X":
            sys.exit(f"region {region}: {rest[0]} instructions were executed outside of the 4 MiB that are counted")
        if kind == "I":
            executed.setdefault(int(region), {})[int(rest[0], 16)] = (int(rest[1]), int(rest[2]))
        else:
            taken[int(region), int(rest[0], 16)] = int(rest[1])
    return [{address: (size, n, taken.get((region, address), 0)) for address, (size, n) in executed[region].items()}
            for region in sorted(executed)]


def report(number, region, macs, by_function):
    instructions, cycles = region["instructions"], region["estimated_cycles"]
    line = f"region {number}: {instructions} instructions"
    if macs:
        line += f" ({instructions / macs:.2f} per multiply-add)"
    if cycles is None:
        print(line)
        return
    line += f", {cycles} estimated Cortex-M4 cycles"
    if macs:
        line += f" ({cycles / macs:.2f})"
    print(line + "; " + ", ".join(f"{name} {n}" for name, n in list(region["mix"].items())[:8]))
    if by_function:
        for name, (instructions, cycles) in list(region["functions"].items())[:12]:
            print(f"    {cycles:10d} cycles {instructions:10d} instructions  {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("elf")
    parser.add_argument("--machine", default="mps2-an386")
    parser.add_argument("--begin", default="roi_begin")
    parser.add_argument("--end", default="roi_end")
    parser.add_argument("--regions", type=int, default=0, metavar="N",
                        help="stop the program after N regions, to save time (default: let it end)")
    parser.add_argument("--macs", type=int, default=0, help="multiply-adds per region, to relate the figures to")
    parser.add_argument("--by-function", action="store_true", help="the twelve most expensive functions")
    parser.add_argument("--json", action="store_true", help="everything, for programs")
    args = parser.parse_args()

    symbols = read_symbols(args.elf)
    for name in (args.begin, args.end):
        if name not in symbols:
            sys.exit(f"{args.elf} has no function {name}")
    markers = [symbols[args.begin], symbols[args.end]]
    if markers[0][0] == markers[1][0]:
        sys.exit(f"{args.begin} and {args.end} were folded into one address: give them different bodies")
    counts = count(args.elf, args.machine, markers[0][0], markers[1][0], args.regions)
    if not counts:
        sys.exit(f"{args.elf} never went from {args.begin} to {args.end}")
    code = None if args.machine in OTHERS else disassemble(args.elf)
    regions = [model.evaluate(region, code, symbols, markers) for region in counts]
    if args.json:
        for region in regions:
            if args.macs:
                region["multiply_adds"] = args.macs
        print(json.dumps(regions, indent=2))
    else:
        for number, region in enumerate(regions):
            report(number, region, args.macs, args.by_function)


if __name__ == "__main__":
    main()

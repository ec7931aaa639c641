"""Why this exists: what an executed instruction costs on a Cortex-M4, as an estimate.

After the Cortex-M4 Technical Reference Manual, with memory that needs no wait states: VMUL and VADD 1 cycle, VMLA and
VFMA 3, one more when the next instruction needs a float result, VLDR 2, LDR 2 (1 right after another load), LDM and
VLDM 1 + registers, STR 1, VDIV and VSQRT 14, UDIV and SDIV 7, a taken branch 2 on top.
"""
import bisect
import re

FUSED = ("vfma", "vmla", "vmls", "vfms", "vfnma", "vfnms", "vnmla", "vnmls")
ARITHMETIC = FUSED + ("vadd", "vsub", "vmul", "vnmul")
# Of these, the first operand is read, too.
READS_FIRST = FUSED + ("vstr", "vcmp", "vstm", "vpush")
NAMED = {"sb": 9, "sl": 10, "fp": 11, "ip": 12, "sp": 13, "lr": 14, "pc": 15}


def register_count(operands):
    """How many words `{r4, r7-r9}` or `{d8-d10}` stands for."""
    listed = re.search(r"\{(.*?)\}", operands)
    if not listed:
        return 1

    def number(name):
        return NAMED[name] if name in NAMED else int(name[1:])

    words = 0
    for part in listed[1].replace(" ", "").split(","):
        first, _, last = part.partition("-")
        words += (number(last or first) - number(first) + 1) * (2 if first[0] == "d" else 1)
    return words


def float_cycles(base, operands, following):
    if base.startswith(("vldm", "vpop", "vstm", "vpush")):
        return 1 + register_count(operands)
    if base.startswith(("vldr", "vstr")):
        return 3 if operands.startswith("d") else 2
    if base.startswith(("vdiv", "vsqrt")):
        return 14
    cycles = 3 if base.startswith(FUSED) else 1
    if base.startswith(ARITHMETIC) and following and following[0].startswith("v"):
        used = [operand.strip() for operand in following[1].split(",")]
        if not following[0].startswith(READS_FIRST):
            used = used[1:]
        if operands.split(",")[0].strip() in used:
            cycles += 1
    return cycles


def instruction_cycles(mnemonic, operands, following, after_load):
    """Cycles of one execution, without a taken branch; and whether a load right behind it is cheaper."""
    base = mnemonic.split(".")[0]
    if base.startswith("v"):
        return float_cycles(base, operands, following), False
    if base.startswith(("ldm", "pop", "stm", "push")):
        return 1 + register_count(operands), False
    if base.startswith(("ldrd", "strd")):
        return 3, False
    if base.startswith("ldr"):
        return (1 if after_load else 2), True
    if base.startswith("str"):
        return 1, True
    if base.startswith(("udiv", "sdiv")):
        return 7, False
    if base.startswith(("tbb", "tbh")):
        return 2, False
    return 1, False


def evaluate(region, code, symbols, markers):
    """Sums up a region: instructions, cycles, instructions by mnemonic, (instructions, cycles) by function.

    Without `code`, which only a Cortex-M has, instructions alone."""
    if code is None:
        counted = sum(executed for address, (_, executed, _) in region.items()
                      if not any(start <= address < start + max(length, 2) for start, length in markers))
        return {"instructions": counted, "estimated_cycles": None}
    starts = sorted((address, name) for name, (address, _) in symbols.items())
    instructions = cycles = 0
    mix, functions = {}, {}
    after_load, expected = False, None
    for address in sorted(region):
        size, executed, taken = region[address]
        if any(start <= address < start + max(length, 2) for start, length in markers):
            continue
        mnemonic, operands = code.get(address, ("?", ""))
        following = code.get(address + size)
        each, load = instruction_cycles(mnemonic, operands, following, after_load and expected == address)
        cost = executed * each + 2 * taken
        after_load, expected = load, address + size
        instructions += executed
        cycles += cost
        base = mnemonic.split(".")[0]
        mix[base] = mix.get(base, 0) + executed
        at = bisect.bisect_right(starts, (address, chr(0x10FFFF))) - 1
        name = starts[at][1] if at >= 0 else "?"
        before = functions.get(name, (0, 0))
        functions[name] = (before[0] + executed, before[1] + cost)
    return {
        "instructions": instructions,
        "estimated_cycles": cycles,
        "mix": dict(sorted(mix.items(), key=lambda item: -item[1])),
        "functions": dict(sorted(functions.items(), key=lambda item: -item[1][1])),
    }

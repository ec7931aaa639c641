#!/usr/bin/env python3
"""Why this exists: the documentation shows how to read a model file in Python, and what it shows must work.

Runs the Python of src/book/model_files.md with tests/data/digits.tinyconv and compares the parameters with those that
`tinyconv export --format bin` made of the same model for the examples.
"""
import os
import re
import struct
import tempfile

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
with open("src/book/model_files.md") as chapter:
    blocks = re.findall(r"```python\n(.*?)```", chapter.read(), re.DOTALL)
assert len(blocks) == 2, "the chapter has two pieces of Python"
shown = {}
for block in blocks:
    exec(block, shown)

model = "tests/data/digits.tinyconv"
with open("examples/common/digits.bin", "rb") as exported:
    expected = exported.read()
count = len(expected) // 4
assert struct.pack(f"<{count}f", *shown["parameters"](model, count)) == expected, "other parameters than exported"
assert shown["name"](model) == "digits"

with open(model, "rb") as whole, tempfile.NamedTemporaryFile() as damaged:
    data = bytearray(whole.read())
    data[100] ^= 1
    damaged.write(data)
    damaged.flush()
    try:
        shown["parameters"](damaged.name, count)
        raise SystemExit("a damaged file was read")
    except AssertionError as error:
        assert "damaged" in str(error), error
print(f"{count} parameters of {model} are those exported; a damaged file is refused")

"""Packs PyTorch's network `digits` with its logits for some images, for the tests of `tinyconv import`.

Usage: onnx_digits.py ONNX VECTORS DIRECTORY

ONNX is the network as PyTorch's exporter wrote it, VECTORS the safetensors file with `test_u8`, the first MNIST
test images, and `logits_f32`, what PyTorch says of them. Into DIRECTORY: `digits.onnx`, a copy, and
`digits.safetensors`, the first eight images divided by 255 as `input`, their logits as `output`.
"""

import shutil
import sys
from pathlib import Path

from safetensors.numpy import load_file, save_file

SAMPLES = 8

network, vectors, directory = map(Path, sys.argv[1:])
shutil.copyfile(network, directory / "digits.onnx")
vectors = load_file(vectors)
images = vectors["test_u8"][:SAMPLES, None].astype("float32") / 255
save_file(
    {"input": images, "output": vectors["logits_f32"][:SAMPLES].copy()},
    directory / "digits.safetensors",
)

"""Packs the vectors that tests/golden.rs compares with into one small file.

Usage: golden.py VECTORS PACKED

VECTORS holds the full set, computed with PyTorch 2 on a CPU (one thread, deterministic algorithms)
for the network 28x28/255 -> Conv2d(1,6,5) -> ReLU -> MaxPool2d(2) -> Conv2d(6,16,5) -> ReLU ->
MaxPool2d(2) -> Flatten -> Linear(256,10) with softmax cross-entropy, mean over the batch:

- `test_u8`, `test_y`, `logits_f64`: the first 64 MNIST test images, their labels, and the logits of
  the trained model (seed 0, 5 epochs of Adam at 3e-3, cosine schedule, batches of 32).
- `trained_weights/*`, `init_weights/*`: the trained and the first parameters, in f32.
- `train/bN/u8`, `train/bN/y`: batches 0 to 3, training images 32 N to 32 N + 31, unshuffled.
- `{trained,init}/bN/f64/{loss,logits,grad/*}`: one backward pass on batch N (0 and 1) in double
  precision; `init/b0/f64/grad/x` is the input's gradient.
- `optim/NAME/stepK/*`: the parameters in double precision after K (1 and 4) steps over batches 0..
  from the first ones; NAME is sgd (learning rate 0.02, momentum 0.9), sgd_wd_nesterov (the same with
  weight decay 4e-4 and Nesterov), adam (1e-3) or adamw (1e-3, weight decay 0.01).

PACKED is the same without the passes in single precision, with two changes to save space: `grad/x`
is f32, and `optim` holds the *change* from the first parameters in f32, which rounds it to 2^-24 of
itself. Arrays stay in PyTorch's order: weights (out, in, row, column), linear weights (out, in).
"""

import json
import struct
import sys


def read(path):
    """Name -> (type, shape, bytes) of a safetensors file."""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    body = data[8 + length :]
    return {
        name: (entry["dtype"], entry["shape"], body[slice(*entry["data_offsets"])])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def write(path, tensors):
    header, body = {}, b""
    # Wide types first, so that every array is aligned.
    for name, (dtype, shape, data) in sorted(tensors.items(), key=lambda t: (-"U8 F32 F64".find(t[1][0]), t[0])):
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    header = json.dumps(header, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    open(path, "wb").write(struct.pack("<Q", len(header)) + header + body)


def numbers(tensor):
    dtype, _, data = tensor
    code, size = {"F32": ("f", 4), "F64": ("d", 8), "I64": ("q", 8)}[dtype]
    return struct.unpack(f"<{len(data) // size}{code}", data)


def floats(shape, values):
    return "F32", shape, struct.pack(f"<{len(values)}f", *values)


def main(source, target):
    packed = {}
    for name, tensor in read(source).items():
        parts = name.split("/")
        if "f32" in parts or name == "logits_f32":
            continue
        if parts[-1] == "x":
            tensor = floats(tensor[1], numbers(tensor))
        elif tensor[0] == "I64":
            tensor = "U8", tensor[1], bytes(numbers(tensor))
        packed[name] = tensor
    for name in [name for name in packed if name.startswith("optim/")]:
        first = numbers(packed["init_weights/" + name.split("/")[-1]])
        after = numbers(packed[name])
        packed[name] = floats(packed[name][1], [a - f for a, f in zip(after, first)])
    write(target, packed)


main(*sys.argv[1:])

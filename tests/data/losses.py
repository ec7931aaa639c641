"""Writes the vectors that tests/golden/losses.rs compares with.

Usage: losses.py PACKED

Computed with PyTorch 2 on a CPU in double precision, by autograd, from inputs that are exact in
single precision. For each NAME:

- `NAME/output`: samples by outputs; `NAME/class` (samples) or `NAME/values`: the targets.
- `NAME/loss`: the loss of each sample; `NAME/grad`: the gradient of each sample's own loss.

NAME is one of
- class/S and soft/S: CrossEntropyLoss(label_smoothing=S), S in 0, 0.125, 1, for classes and for
  probabilities;
- binary: BCEWithLogitsLoss, mean over the outputs;
- squared: MSELoss, mean over the outputs.

Half of the samples are drawn with a deviation of 2, a quarter with 30, a quarter with 300.
"""

import json
import struct
import sys

import torch

SAMPLES, OUTPUTS = 8, 6


def vectors():
    torch.manual_seed(4)
    deviation = torch.tensor([2.0, 2, 2, 2, 30, 30, 300, 300]).reshape(SAMPLES, 1)
    output = torch.randn(SAMPLES, OUTPUTS) * deviation
    classes = torch.randint(OUTPUTS, (SAMPLES,))
    # Multiples of 1/64 that add up to 1.
    parts = torch.multinomial(torch.rand(SAMPLES, OUTPUTS), 64, replacement=True)
    soft = torch.nn.functional.one_hot(parts, OUTPUTS).sum(1) / 64
    yes = torch.randint(5, (SAMPLES, OUTPUTS)) / 4
    numbers = torch.randn(SAMPLES, OUTPUTS) * deviation
    cases = {"binary": (torch.nn.BCEWithLogitsLoss(), yes), "squared": (torch.nn.MSELoss(), numbers)}
    for smoothing in (0.0, 0.125, 1.0):
        loss = torch.nn.CrossEntropyLoss(label_smoothing=smoothing)
        cases[f"class/{smoothing:g}"] = (loss, classes)
        cases[f"soft/{smoothing:g}"] = (loss, soft)
    tensors = {}
    for name, (loss, target) in cases.items():
        of_class = target.dtype == torch.int64
        losses, gradients = [], []
        for y, t in zip(output.double(), target if of_class else target.double()):
            y = y.reshape(1, -1).requires_grad_()
            value = loss(y, t.reshape(1) if of_class else t.reshape(1, -1))
            value.backward()
            losses.append(value.detach())
            gradients.append(y.grad[0])
        tensors[f"{name}/output"] = ("F32", output)
        kind = "class" if of_class else "values"
        tensors[f"{name}/{kind}"] = ("U8", target.byte()) if of_class else ("F32", target)
        tensors[f"{name}/loss"] = ("F64", torch.stack(losses))
        tensors[f"{name}/grad"] = ("F64", torch.stack(gradients))
    return tensors


def write(path, tensors):
    header, body = {}, b""
    for name, (kind, tensor) in sorted(tensors.items()):
        data = tensor.contiguous().numpy().tobytes()
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        body += data
    text = json.dumps(header).encode()
    # The format wants every tensor on a multiple of its size from the file's start.
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


write(sys.argv[1], vectors())

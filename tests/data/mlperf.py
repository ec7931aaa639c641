"""Writes the vectors that host-tools/training/tests/mlperf.rs compares with: one training step of each network of MLPerf Tiny.

Usage: mlperf.py PACKED

Computed with PyTorch 2 on a CPU in double precision, by autograd, in training mode without dropout. Parameters, inputs
and weights of the outputs are no part of the file: both programs draw them by `drawn`. For each NAME:

- `NAME/output`: a batch of sixteen.
- `NAME/d_params`: of the gradients of the sum of output times weight, in the order of tinyconv, every `STEP`th.

Parameters stand layer by layer; weights (linear ones transposed: input, output), biases; of a batch normalisation running
means and variances besides, whose gradients are zero.
"""

import json
import math
import struct
import sys

import torch
from torch import nn

BATCH = 16
STEP = 61
# The number of 32 bits that tinyconv has.
EPSILON = float(torch.tensor(0.001, dtype=torch.float32))


class Projected(nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.first = nn.Sequential(*first)
        self.second = nn.Sequential(*second)

    def forward(self, x):
        return self.first(x) + self.second(x)


def same(size, kernel, stride):
    """TensorFlow's SAME: zeros before and after."""
    outputs = -(-size // stride)
    zeros = max((outputs - 1) * stride + kernel - size, 0)
    return zeros // 2, zeros - zeros // 2


def conv(inputs, outputs, kernel, stride, size, groups=1):
    """A convolution with SAME padding on maps of `size`."""
    above, below = same(size[0], kernel[0], stride)
    left, right = same(size[1], kernel[1], stride)
    return [
        nn.ZeroPad2d((left, right, above, below)),
        nn.Conv2d(inputs, outputs, kernel, stride=stride, groups=groups),
    ]


def norm(channels):
    return nn.BatchNorm2d(channels, eps=EPSILON, momentum=0.01)


def resnet8():
    layers = [*conv(3, 16, (3, 3), 1, (32, 32)), norm(16), nn.ReLU()]
    inputs, side = 16, 32
    for outputs, stride in [(16, 1), (32, 2), (64, 2)]:
        after = side // stride
        body = [
            *conv(inputs, outputs, (3, 3), stride, (side, side)),
            norm(outputs),
            nn.ReLU(),
            *conv(outputs, outputs, (3, 3), 1, (after, after)),
            norm(outputs),
        ]
        branch = [nn.Conv2d(inputs, outputs, 1, stride=stride)] if stride > 1 else []
        layers += [Projected(body, branch), nn.ReLU()]
        inputs, side = outputs, after
    return [*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10), nn.Softmax(dim=1)]


def separable(inputs, outputs, stride, size):
    return [
        *conv(inputs, inputs, (3, 3), stride, size, inputs),
        norm(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1),
        norm(outputs),
        nn.ReLU(),
    ]


def ds_cnn():
    layers = [*conv(1, 64, (10, 4), 2, (49, 10)), norm(64), nn.ReLU()]
    for _ in range(4):
        layers += separable(64, 64, 1, (25, 5))
    return [*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 12), nn.Softmax(dim=1)]


def mobile_net():
    layers, inputs, side = [*conv(3, 8, (3, 3), 2, (96, 96)), norm(8), nn.ReLU()], 8, 48
    blocks = [(1, 16), (2, 32), (1, 32), (2, 64), (1, 64), (2, 128)]
    for stride, outputs in blocks + [(1, 128)] * 5 + [(2, 256), (1, 256)]:
        layers += separable(inputs, outputs, stride, (side, side))
        inputs, side = outputs, side // stride
    return [*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 2), nn.Softmax(dim=1)]


def autoencoder():
    layers, inputs = [], 640
    for outputs in [128] * 4 + [8] + [128] * 4:
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs, eps=EPSILON, momentum=0.01), nn.ReLU()]
        inputs = outputs
    return [*layers, nn.Linear(inputs, 640)]


NETWORKS = {
    "resnet8": (resnet8, [3, 32, 32]),
    "ds_cnn": (ds_cnn, [1, 49, 10]),
    "mobile_net": (mobile_net, [3, 96, 96]),
    "autoencoder": (autoencoder, [640]),
}


def drawn(count, first=0):
    """Numbers from -1 to 1, of 16 bits, the same in every language."""
    index = torch.arange(first, first + count, dtype=torch.int64)
    mixed = (index * 2654435761) % 2**32
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) % 2**32
    return ((mixed ^ (mixed >> 13)) >> 16).double() / 2**15 - 1


def scale(fan_in):
    # Half away from zero, where `round` takes the even one.
    return 2.0 ** -math.floor(math.log2(fan_in) / 2 + 0.5)


def tensors_of(network):
    """Each tensor in order, whether it is a matrix that is transposed, and how drawn numbers become its own."""
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            factor = scale(layer.weight[0].numel())
            yield layer.weight, isinstance(layer, nn.Linear), lambda u, factor=factor: u * factor
            yield layer.bias, False, lambda u: u / 4
        elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            yield layer.weight, False, lambda u: 1 + u / 4
            yield layer.bias, False, lambda u: u / 4
            yield layer.running_mean, False, None
            yield layer.running_var, False, None


def vectors(name, make, shape):
    network = nn.Sequential(*make()).double()
    first = 0
    with torch.no_grad():
        for tensor, turned, of_drawn in tensors_of(network):
            values = drawn(tensor.numel(), first)
            first += tensor.numel()
            if of_drawn:
                values = of_drawn(values)
                tensor.copy_(values.view(*tensor.T.shape).T if turned else values.view(*tensor.shape))
    count = BATCH * math.prod(shape)
    x = drawn(count, 1 << 24).view(BATCH, *shape)
    y = network(x)
    (y * drawn(y.numel(), 1 << 25).view(*y.shape)).sum().backward()
    parts = []
    for tensor, turned, _ in tensors_of(network):
        gradient = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        parts.append((gradient.T if turned else gradient).flatten())
    return {
        f"{name}/output": y.detach().flatten(),
        f"{name}/d_params": torch.cat(parts)[::STEP],
    }


def main(target):
    tensors = {}
    for name, (make, shape) in NETWORKS.items():
        tensors |= vectors(name, make, shape)
    header, body = {}, b""
    for name, tensor in tensors.items():
        values = tensor.tolist()
        data = struct.pack(f"<{len(values)}d", *values)
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": "F64", "shape": [len(values)], "data_offsets": offsets}
        body += data
    header = json.dumps(header, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    open(target, "wb").write(struct.pack("<Q", len(header)) + header + body)


main(*sys.argv[1:])

"""Writes the vectors that tests/golden/layers.rs compares with.

Usage: layers.py PACKED

Computed with PyTorch 2 on a CPU in double precision, by autograd, from inputs and parameters that are
exact in single precision. For each network NAME of `NETWORKS`, in training mode:

- `NAME/params`: the first parameters.
- `NAME/S/input`, `NAME/S/weights`, S from 0: a batch, and a weight for each output; each S has its own
  batch and the same parameters, but the running averages that the batches before have left.
- `NAME/S/output`; `NAME/S/d_params` (if there are any) and `NAME/S/d_input`: the gradients of the sum
  of output times weight over the whole batch.
- `NAME/S/statistics`, if there are running averages: all parameters after that pass, of which only
  these have changed.

And in evaluation mode, if there are running averages, that is, of all networks of several batches:

- `NAME/eval/params`: the parameters after the last pass, rounded to single precision.
- `NAME/eval/output`: the output of the last batch.

Parameters stand in the order of tinyconv: layer by layer; weights (linear ones transposed: input,
output), biases; of a batch normalisation running means and variances besides, whose gradients are
zero.
"""

import json
import struct
import sys

import torch
from torch import nn

BATCH = 3


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Projected(nn.Module):
    """Two branches, added."""

    def __init__(self, first, second):
        super().__init__()
        self.first = nn.Sequential(*first)
        self.second = nn.Sequential(*second)

    def forward(self, x):
        return self.first(x) + self.second(x)


class Concat(Projected):
    """Two branches, one behind the other."""

    def forward(self, x):
        return torch.cat([self.first(x), self.second(x)], dim=1)


class Scale(nn.Module):
    """A weight and a bias for each channel."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        shape = [-1] + [1] * (x.dim() - 2)
        return x * self.weight.view(shape) + self.bias.view(shape)


def norm(kind, channels, momentum=0.125):
    return kind(channels, eps=2.0**-10, momentum=momentum)


def two(channels, momentum=0.125):
    return norm(nn.BatchNorm2d, channels, momentum)


def one(channels, momentum=0.125):
    return norm(nn.BatchNorm1d, channels, momentum)


# Name -> layers, shape of a sample, batches.
NETWORKS = {
    "norm_of_maps": ([two(3)], [3, 3, 4], 3),
    "norm_of_vectors": ([one(5, 0.25)], [5], 3),
    "normalised": (
        [
            nn.Conv2d(1, 3, 3),
            two(3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(27, 6),
            one(6, 0.25),
            nn.Linear(6, 4),
        ],
        [1, 8, 8],
        3,
    ),
    "separable": (
        [
            nn.Conv2d(3, 3, 3, stride=2, padding=1, groups=3),
            two(3),
            nn.Tanh(),
            nn.Conv2d(3, 4, 1),
            two(4),
        ],
        [3, 7, 6],
        2,
    ),
    "depthwise": ([nn.Conv2d(4, 4, (3, 2), groups=4)], [4, 5, 4], 1),
    "pointwise": ([nn.Conv2d(3, 5, 1, stride=2)], [3, 5, 4], 1),
    "signals": (
        [
            nn.Conv1d(2, 3, 3, padding=1),
            nn.Tanh(),
            nn.MaxPool1d(3, stride=1),
            nn.Conv1d(3, 4, 2, stride=2),
            nn.Sigmoid(),
            nn.AvgPool1d(2, stride=1),
        ],
        [2, 12],
        1,
    ),
    "max_of_signals": ([nn.MaxPool1d(3, stride=1)], [2, 9], 1),
    "mean_of_signals": ([nn.AvgPool1d(4, stride=1)], [2, 9], 1),
    "mean_of_maps": ([nn.AvgPool2d((3, 2), stride=(2, 1))], [2, 7, 5], 1),
    "residual": (
        [
            nn.Conv2d(2, 3, 3, padding=1),
            two(3),
            nn.ReLU(),
            Residual(
                nn.Conv2d(3, 3, 3, padding=1),
                two(3),
                nn.ReLU(),
                nn.Conv2d(3, 3, 3, padding=1),
                two(3),
            ),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(3, 4),
            nn.Softmax(dim=1),
        ],
        [2, 5, 4],
        2,
    ),
    "block_without_norm": ([Residual(nn.Conv2d(2, 2, 3, padding=1), nn.Tanh())], [2, 4, 5], 1),
    "softmax": ([nn.Softmax(dim=1)], [7], 1),
    "clip": (
        [
            nn.Conv2d(2, 3, 2),
            nn.Hardtanh(-0.75, 0.5),
            nn.Flatten(),
            nn.Linear(36, 4),
            nn.ReLU6(),
        ],
        [2, 4, 5],
        1,
    ),
    "scale": (
        [Scale(3), nn.Conv2d(3, 2, 3), nn.ReLU(), Scale(2), nn.Flatten(), nn.Linear(12, 4), Scale(4)],
        [3, 4, 5],
        1,
    ),
    "gaps_and_groups": (
        [
            nn.Conv2d(4, 6, 3, padding=2, dilation=2, groups=2),
            nn.ELU(),
            nn.Conv2d(6, 12, (2, 3), stride=2, groups=6),
            nn.Hardswish(),
            nn.Conv2d(12, 4, 1, groups=4),
            nn.ELU(0.5),
        ],
        [4, 7, 6],
        1,
    ),
    "causal": (
        [nn.ZeroPad2d((4, 0, 0, 0)), nn.Conv2d(2, 3, (1, 3), dilation=(1, 2)), nn.SiLU()],
        [2, 1, 9],
        1,
    ),
    "padded_pools": (
        [
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.Conv2d(2, 3, 1),
            nn.PReLU(3, init=0.25),
            nn.AvgPool2d(3, stride=1, padding=1),
            nn.AvgPool2d(2, padding=1, count_include_pad=False),
        ],
        [2, 7, 6],
        1,
    ),
    "projected": (
        [
            nn.Conv2d(2, 3, 3, padding=1),
            two(3),
            nn.ReLU(),
            Projected(
                [
                    nn.Conv2d(3, 4, 3, stride=2, padding=1),
                    two(4),
                    nn.ReLU(),
                    nn.Conv2d(4, 4, 3, padding=1),
                    two(4),
                ],
                [nn.Conv2d(3, 4, 1, stride=2), two(4)],
            ),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(24, 3),
        ],
        [2, 5, 4],
        2,
    ),
    "concatenated": (
        [
            Concat(
                [nn.Conv2d(2, 3, 1), nn.ReLU()],
                [nn.Conv2d(2, 2, 3, padding=1), nn.Sigmoid()],
            ),
            two(5),
            Concat([], [nn.Conv2d(5, 1, 3, padding=1), nn.Tanh()]),
            two(6),
            nn.Flatten(),
            nn.Linear(120, 3),
        ],
        [2, 5, 4],
        2,
    ),
}


def draw(*shape):
    """Normal numbers, exact in single precision."""
    return torch.randn(*shape, dtype=torch.float32).double()


def tensors_of(network):
    """Each tensor in order, and whether it is a matrix that is transposed."""
    for layer in network.modules():
        if isinstance(layer, nn.PReLU):
            yield layer.weight, False
        elif isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Linear, Scale)):
            yield layer.weight, isinstance(layer, nn.Linear)
            yield layer.bias, False
        elif isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            for tensor in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                yield tensor, False


def flat(network, of=lambda tensor: tensor.detach()):
    parts = [of(t).T.flatten() if turned else of(t).flatten() for t, turned in tensors_of(network)]
    return torch.cat(parts).clone() if parts else torch.zeros(0)


def vectors(name, layers, shape, batches):
    network = nn.Sequential(*layers).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(draw(*parameter.shape) * 0.5)
    entries = {"params": ("F32", flat(network))}
    for step in range(batches):
        x = (draw(BATCH, *shape) + 0.5).float().double().requires_grad_()
        network.train()
        network.zero_grad()
        y = network(x)
        weights = draw(*y.shape)
        (y * weights).sum().backward()
        zero = lambda tensor: torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        entries |= {
            f"{step}/input": ("F32", x.detach()),
            f"{step}/weights": ("F32", weights),
            f"{step}/output": ("F64", y.detach()),
            f"{step}/d_input": ("F64", x.grad),
        }
        if entries["params"][1].numel():
            entries[f"{step}/d_params"] = ("F64", flat(network, zero))
        if batches > 1:
            entries[f"{step}/statistics"] = ("F64", flat(network))
    if batches == 1:
        return {f"{name}/{entry}": value for entry, value in entries.items()}
    network.eval()
    for tensor, _ in tensors_of(network):
        tensor.data = tensor.data.float().double()
    entries["eval/params"] = ("F32", flat(network))
    with torch.no_grad():
        entries["eval/output"] = ("F64", network(x))
    return {f"{name}/{entry}": value for entry, value in entries.items()}


def main(target):
    torch.manual_seed(5)
    tensors = {}
    for name, network in NETWORKS.items():
        tensors |= vectors(name, *network)
    header, body = {}, b""
    # Wide types first, so that every array is aligned.
    for name, (dtype, tensor) in sorted(tensors.items(), key=lambda t: (t[1][0] != "F64", t[0])):
        values = tensor.flatten().tolist()
        data = struct.pack(f"<{len(values)}{'d' if dtype == 'F64' else 'f'}", *values)
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": dtype, "shape": [len(values)], "data_offsets": offsets}
        body += data
    header = json.dumps(header, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    open(target, "wb").write(struct.pack("<Q", len(header)) + header + body)


main(*sys.argv[1:])

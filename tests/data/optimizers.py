"""Computes the vectors of tests/golden/rules.rs with PyTorch, in double precision.

Usage: optimizers.py PACKED

PACKED holds, for 48 parameters:

- `first`: their first values, in f32, between -1 and 1;
- `gradients`: 20 steps of gradients, in f32; those of parameter i are of the size 10^-(i % 4), of
  either sign, and every seventh is zero;
- `NAME/steps`: the parameters in f64 after steps 1, 2, 5, 10 and 20 of the optimizer NAME (below).

RULES has the optimizers and their settings. PyTorch has no Adagrad with momentum: its formula is
written out below. The script ends with a check that `torch.optim.Adagrad` gives the numbers of that
formula when the momentum is 0.
"""

import json
import struct
import sys

import torch

STEPS, KEPT, COUNT = 20, [1, 2, 5, 10, 20], 48
torch.manual_seed(4)
FIRST = (2 * torch.rand(COUNT, dtype=torch.float32) - 1).double()
SIZES = torch.tensor([10.0 ** -(i % 4) for i in range(COUNT)], dtype=torch.float32)
GRADIENTS = SIZES * torch.randn(STEPS, COUNT, dtype=torch.float32)
GRADIENTS.view(-1)[::7] = 0.0
GRADIENTS = GRADIENTS.double()


class AdagradMomentum(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum, epsilon=1e-10):
        super().__init__(params, {"lr": lr, "momentum": momentum, "epsilon": epsilon})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for w in group["params"]:
                state = self.state[w]
                s = state.get("s", torch.zeros_like(w)) + w.grad**2
                v = state.get("v", torch.zeros_like(w))
                v = group["momentum"] * v + w.grad / (s.sqrt() + group["epsilon"])
                state["s"], state["v"] = s, v
                w -= group["lr"] * v


RULES = {
    "descent": (torch.optim.SGD, {"lr": 0.02, "weight_decay": 0.01}),
    "sgd": (torch.optim.SGD, {"lr": 0.02, "momentum": 0.9}),
    "sgd_wd_nesterov": (
        torch.optim.SGD,
        {"lr": 0.02, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True},
    ),
    "adagrad": (torch.optim.Adagrad, {"lr": 0.02}),
    "adagrad_wd": (torch.optim.Adagrad, {"lr": 0.02, "weight_decay": 0.01}),
    "adagrad_momentum": (AdagradMomentum, {"lr": 0.02, "momentum": 0.9}),
    "rms_prop": (torch.optim.RMSprop, {"lr": 0.002}),
    "rms_prop_wd": (torch.optim.RMSprop, {"lr": 0.002, "weight_decay": 0.01}),
    "adam": (torch.optim.Adam, {"lr": 0.002}),
    "adamw": (torch.optim.AdamW, {"lr": 0.002, "weight_decay": 0.01}),
}


def run(rule, settings):
    w = FIRST.clone().requires_grad_()
    optimizer = rule([w], **settings)
    kept = []
    for step in range(1, STEPS + 1):
        w.grad = GRADIENTS[step - 1].clone()
        optimizer.step()
        if step in KEPT:
            kept.append(w.detach().clone())
    return torch.stack(kept)


def main(target):
    tensors = {f"{name}/steps": ("F64", run(*rule)) for name, rule in RULES.items()}
    tensors |= {"first": ("F32", FIRST), "gradients": ("F32", GRADIENTS)}
    header, body = {}, b""
    # Wide types first, so that every array is aligned.
    for name, (dtype, tensor) in sorted(tensors.items(), key=lambda t: (t[1][0] != "F64", t[0])):
        values = tensor.flatten().tolist()
        data = struct.pack(f"<{len(values)}{'d' if dtype == 'F64' else 'f'}", *values)
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": offsets}
        body += data
    header = json.dumps(header, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    open(target, "wb").write(struct.pack("<Q", len(header)) + header + body)

    ours = run(AdagradMomentum, {"lr": 0.02, "momentum": 0.0})
    theirs = run(*RULES["adagrad"])
    assert (ours - theirs).abs().max() < 1e-15


main(*sys.argv[1:])

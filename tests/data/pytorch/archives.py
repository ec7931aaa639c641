"""Writes the archives of tensors that the tests read: small.pt, checkpoint.pt, module.pt and small.npz.

Usage: archives.py DIRECTORY

small.pt is a state dict; checkpoint.pt has it, turned and as bfloat16, in a dict with other things; module.pt is a whole
module, which is refused. Needs torch and numpy.
"""

import sys

import numpy
import torch

directory = sys.argv[1]
module = torch.nn.Sequential()
module.fc = torch.nn.Linear(3, 2)
module.norm = torch.nn.BatchNorm1d(2)
with torch.no_grad():
    module.fc.weight.copy_(torch.arange(6).reshape(2, 3) / 4)
    module.fc.bias.copy_(torch.tensor([0.5, -1.5]))
state = module.state_dict()
torch.save(state, f"{directory}/small.pt")
turned = {name: tensor.to(torch.bfloat16) if tensor.is_floating_point() else tensor for name, tensor in state.items()}
turned["fc.weight"] = (torch.arange(6).reshape(3, 2) / 4).t()
torch.save({"epoch": 7, "lr": 0.1, "done": True, "state_dict": turned}, f"{directory}/checkpoint.pt")
torch.save(module, f"{directory}/module.pt")
arrays = {name.replace(".", "/"): tensor.numpy() for name, tensor in state.items()}
numpy.savez_compressed(f"{directory}/small.npz", **arrays)

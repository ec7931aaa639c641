"""Writes cat_or_dog.onnx, a network of a single output behind a sigmoid, and what PyTorch makes of four inputs.

Usage: cat_or_dog.py DIRECTORY

Needs torch, onnx and safetensors.
"""

import sys

import torch
from safetensors.torch import save_file
from torch import nn

directory = sys.argv[1]
torch.manual_seed(7)
network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 1), nn.Sigmoid())
inputs = torch.randn(4, 1, 8, 8)
torch.onnx.export(network.eval(), (inputs[:1],), f"{directory}/cat_or_dog.onnx", dynamo=False, opset_version=17)
with torch.no_grad():
    tensors = {"input": inputs.reshape(4, -1), "output": network(inputs).reshape(4, -1)}
save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, f"{directory}/cat_or_dog.safetensors")

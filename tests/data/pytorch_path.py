"""Makes the files of the PyTorch user's path (tests/qemu/pytorch.rs), and loads what comes back.

Usage: pytorch_path.py train MNIST DIRECTORY
       pytorch_path.py load TUNED MNIST

`train` teaches a small network the digits (one thread, seed 0, three epochs of Adam) and writes to
DIRECTORY

- `model.safetensors`: its `state_dict()`, as `safetensors.torch.save_file` writes it;
- `logits.safetensors`: `logits`, f32, what it says to the first 100 test images, each byte / 255.

`load` puts TUNED, a state dict that `tinyconv export --format safetensors` wrote, into the same
network with `load_state_dict(strict=True)` and prints how many of the test images it knows.

MNIST is host-tools/data/mnist. Made with torch 2.15, safetensors 0.8, numpy 2; `pip install torch
safetensors numpy`.
"""

import gzip
import sys
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file
from torch import nn


def network():
    """The layers of `digits-tiny`; their names in the state dict are 0, 3 and 7."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.ReLU(), nn.MaxPool2d(3),
        nn.Conv2d(4, 8, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(72, 10),
    )


def idx(path, head):
    return torch.from_numpy(numpy.frombuffer(gzip.open(path).read(), numpy.uint8, offset=head).copy())


def split(mnist, name):
    images = idx(mnist / f"{name}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    return images.float() / 255, idx(mnist / f"{name}-labels-idx1-ubyte.gz", 8).long()


def accuracy(model, images, labels):
    with torch.no_grad():
        return (model(images).argmax(1) == labels).sum().item(), len(labels)


def train(mnist, directory):
    torch.manual_seed(0)
    model = network()
    images, labels = split(mnist, "train")
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(3):
        for batch in torch.randperm(len(labels)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
    images, labels = split(mnist, "t10k")
    print("test images known: %d of %d" % accuracy(model, images, labels))
    save_file(model.state_dict(), directory / "model.safetensors")
    with torch.no_grad():
        save_file({"logits": model(images[:100])}, directory / "logits.safetensors")


def load(tuned, mnist):
    model = network()
    model.load_state_dict(load_file(tuned), strict=True)
    images, labels = split(mnist, "t10k")
    print("test images known: %d of %d" % accuracy(model, images, labels))
    print("of the first 100: %d of %d" % accuracy(model, images[:100], labels[:100]))


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    command, first, second = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    {"train": train, "load": load}[command](first, second)

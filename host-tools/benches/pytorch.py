#!/usr/bin/env python3
"""Why this exists: how fast PyTorch trains and runs a network of ours on this machine's CPU, to compare with.

usage: pytorch.py [--network digits] [--threads 1 2] [--runs 7] [--seconds 1.0] [--json]

digits: 28x28 -> conv 6@5x5, ReLU, max-pool 2 -> conv 16@5x5, ReLU, max-pool 2 -> linear 10, 5 142 parameters, f32.
Training: batches of 32, SGD with momentum 0.9.
lenet: 32x32 -> conv 6@5x5, batch norm, ReLU, max-pool 2 -> conv 16@5x5, batch norm, ReLU, max-pool 2 -> conv 120@5x5,
batch norm, ReLU -> linear 84, ReLU, dropout 0.1 -> linear 10. Training: batches of 128, SGD with momentum 0.9 and
weight decay 4e-4.
Inference: batches of 128 without gradients. All tensors are made before the clock starts. After a warm-up, the median
of several runs, each of about the given number of seconds.
Needs PyTorch: python3 -m pip install torch
"""
import argparse
import json
import platform
import statistics
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("PyTorch is not installed: python3 -m pip install torch")

INFER_BATCH = 128
# Batches are visited in turn, so that no run profits from data that is already in the nearest cache.
BATCHES = 64


def digits():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 4 * 4, 10),
    )


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 120, 5), nn.BatchNorm2d(120), nn.ReLU(),
        nn.Flatten(), nn.Linear(120, 84), nn.ReLU(), nn.Dropout(0.1), nn.Linear(84, 10),
    )


# Name -> network, rows and columns, samples of a training step, weight decay.
NETWORKS = {"digits": (digits, 28, 32, 0.0), "lenet": (lenet, 32, 128, 4e-4)}


def images(size, side):
    return [torch.rand(size, 1, side, side) for _ in range(BATCHES)]


def training_step(make, side, batch, weight_decay):
    """One training step on the batch of that number."""
    network, loss = make().train(), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=weight_decay)
    inputs = images(batch, side)
    labels = [torch.randint(10, (batch,)) for _ in range(BATCHES)]

    def step(number):
        optimizer.zero_grad()
        loss(network(inputs[number]), labels[number]).backward()
        optimizer.step()

    return step


def inference_step(make, side):
    """One inference of the batch of that number."""
    network, inputs = make().eval(), images(INFER_BATCH, side)

    def step(number):
        with torch.no_grad():
            network(inputs[number])

    return step


def seconds_for(step, steps):
    start = time.perf_counter()
    for number in range(steps):
        step(number % BATCHES)
    return time.perf_counter() - start


def images_per_second(step, batch, runs, seconds):
    """Median, lowest and highest of the runs."""
    steps = 8
    # The warm-up also finds how many steps make a run of the wanted length.
    while (elapsed := seconds_for(step, steps)) < seconds / 2:
        steps *= 2
    steps = max(1, round(steps * seconds / elapsed))
    rates = [steps * batch / seconds_for(step, steps) for _ in range(runs)]
    return {"median": statistics.median(rates), "lowest": min(rates), "highest": max(rates)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=NETWORKS, default="digits")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one run")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    torch.manual_seed(1)
    make, side, train_batch, weight_decay = NETWORKS[args.network]
    results = []
    for threads in args.threads:
        torch.set_num_threads(threads)
        for name, step, batch in (("training", training_step(make, side, train_batch, weight_decay), train_batch),
                                  ("inference", inference_step(make, side), INFER_BATCH)):
            rate = images_per_second(step, batch, args.runs, args.seconds)
            results.append({"task": name, "batch": batch, "threads": threads, "images_per_second": rate})

    if args.json:
        print(json.dumps({"pytorch": torch.__version__, "python": platform.python_version(),
                          "machine": platform.machine(), "results": results}, indent=2))
        return
    print(f"{args.network}, PyTorch {torch.__version__}, images/s: median (lowest to highest) of {args.runs} runs")
    for result in results:
        rate = result["images_per_second"]
        print(f"{result['task']:<10} batch {result['batch']:>3}, {result['threads']} thread(s): "
              f"{rate['median']:>8.0f}  ({rate['lowest']:.0f} to {rate['highest']:.0f})")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Why this exists: how fast PyTorch trains and runs the network `Digits` on this machine's CPU, to compare with.

usage: pytorch.py [--threads 1 2] [--runs 7] [--seconds 1.0] [--json]

28x28 -> conv 6@5x5, ReLU, max-pool 2 -> conv 16@5x5, ReLU, max-pool 2 -> linear 10, 5 142 parameters, f32.
Training: batches of 32, SGD with momentum 0.9. Inference: batches of 128 without gradients. All tensors are made
before the clock starts. After a warm-up, the median of several runs, each of about the given number of seconds.
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

TRAIN_BATCH = 32
INFER_BATCH = 128
# Batches are visited in turn, so that no run profits from data that is already in the nearest cache.
BATCHES = 64


def digits():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 4 * 4, 10),
    )


def images(size):
    return [torch.rand(size, 1, 28, 28) for _ in range(BATCHES)]


def training_step():
    """One training step on the batch of that number."""
    network, loss = digits(), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    inputs = images(TRAIN_BATCH)
    labels = [torch.randint(10, (TRAIN_BATCH,)) for _ in range(BATCHES)]

    def step(number):
        optimizer.zero_grad()
        loss(network(inputs[number]), labels[number]).backward()
        optimizer.step()

    return step


def inference_step():
    """One inference of the batch of that number."""
    network, inputs = digits().eval(), images(INFER_BATCH)

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
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one run")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    torch.manual_seed(1)
    results = []
    for threads in args.threads:
        torch.set_num_threads(threads)
        for name, step, batch in (("training", training_step(), TRAIN_BATCH),
                                  ("inference", inference_step(), INFER_BATCH)):
            rate = images_per_second(step, batch, args.runs, args.seconds)
            results.append({"task": name, "batch": batch, "threads": threads, "images_per_second": rate})

    if args.json:
        print(json.dumps({"pytorch": torch.__version__, "python": platform.python_version(),
                          "machine": platform.machine(), "results": results}, indent=2))
        return
    print(f"PyTorch {torch.__version__}, images/s: median (lowest to highest) of {args.runs} runs")
    for result in results:
        rate = result["images_per_second"]
        print(f"{result['task']:<10} batch {result['batch']:>3}, {result['threads']} thread(s): "
              f"{rate['median']:>8.0f}  ({rate['lowest']:.0f} to {rate['highest']:.0f})")


if __name__ == "__main__":
    main()

"""Runs a network and writes the values that it is asked for.

Usage: onnxruntime.py DIRECTORY

In DIRECTORY: model.onnx; input.f32, samples one after the other; task.json: the input's name and shape, the
batch first (0 if it is open), and the names of the values. Writes output.f32: all values of the first sample,
of the second, and so on. Numbers are little-endian float32.
"""

import json
import sys

import numpy
import onnxruntime

directory = sys.argv[1]
with open(f"{directory}/task.json") as file:
    task = json.load(file)
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(
    f"{directory}/model.onnx", options, providers=["CPUExecutionProvider"]
)
batch, *shape = task["shape"]
inputs = numpy.fromfile(f"{directory}/input.f32", "<f4").reshape(-1, 1, *shape)
with open(f"{directory}/output.f32", "wb") as output:
    for sample in inputs:
        # A batch that the file fixes is filled with the one sample.
        values = session.run(task["names"], {task["input"]: numpy.repeat(sample, batch or 1, axis=0)})
        for value in values:
            output.write(value[0].astype("<f4").tobytes())

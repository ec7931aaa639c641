"""Runs a network and writes the values that it is asked for.

Usage: litert.py DIRECTORY

In DIRECTORY: model.tflite; input.f32, samples one after the other; task.json: the names of the values, of which the
first is the output. Writes output.f32: all values of the first sample, of the second, and so on. Numbers are
little-endian float32. The reference kernels are used, in the order of the file; the others where a network has an
operator without one (ELU).
"""

import json
import sys

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType

directory = sys.argv[1]
with open(f"{directory}/task.json") as file:
    task = json.load(file)


def interpreter_of(kernels):
    interpreter = Interpreter(
        model_path=f"{directory}/model.tflite",
        experimental_op_resolver_type=kernels,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    return interpreter


try:
    interpreter = interpreter_of(OpResolverType.BUILTIN_REF)
except ValueError:
    interpreter = interpreter_of(OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
given, made = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
places = {detail["name"]: detail["index"] for detail in interpreter.get_tensor_details()}
wanted = [made["index"]] + [places[name] for name in task["names"][1:]]
inputs = numpy.fromfile(f"{directory}/input.f32", "<f4").reshape(-1, *given["shape"])
with open(f"{directory}/output.f32", "wb") as output:
    for sample in inputs:
        interpreter.set_tensor(given["index"], sample.reshape(given["shape"]))
        interpreter.invoke()
        for index in wanted:
            output.write(interpreter.get_tensor(index)[0].astype("<f4").tobytes())

"""Writes LiteRT's numbers beside the files that the exporter has written.

Usage: litert.py FILE...

With ai-edge-litert, numpy and safetensors. For each NAME.tflite (blocks, composed and trained are
written by `BLESS=1 cargo test -p tinyconv-exchange --test tflite`), NAME.safetensors with `input` and `output`: four inputs,
drawn with seed 1, and what the kernels make of them (those without delegates: ELU has no reference kernel).
"""

import sys
from pathlib import Path

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from safetensors.numpy import save_file

SAMPLES = 4

for path in map(Path, sys.argv[1:]):
    kernels = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(str(path), experimental_op_resolver_type=kernels)
    interpreter.allocate_tensors()
    given, made = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    random = numpy.random.default_rng(1)
    inputs = random.uniform(-1, 1, (SAMPLES, *given["shape"][1:])).astype("<f4")
    outputs = []
    for sample in inputs:
        interpreter.set_tensor(given["index"], sample[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(made["index"])[0].copy())
    save_file({"input": inputs, "output": numpy.stack(outputs)}, path.with_suffix(".safetensors"))

"""Makes an ONNX file that normalises its input itself, colour by colour, with onnxruntime's numbers for it.

Usage: onnx_colours.py DIRECTORY

With onnx, onnxruntime and safetensors, into DIRECTORY: `colours.onnx`, with ImageNet's means and deviations in a Sub and a
Div, as exporters write torchvision's Normalize; a convolution with zeros around its input, which these do not become;
and `colours.safetensors` with `input`, colours from 0 to 1, and `output`. Parameters and inputs are drawn with seed 1.
"""

import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

SAMPLES = 4
MEANS = [0.485, 0.456, 0.406]
DEVIATIONS = [0.229, 0.224, 0.225]


def main():
    directory = Path(sys.argv[1])
    random = numpy.random.default_rng(1)

    def drawn(*shape):
        return random.standard_normal(shape, dtype="float32") * numpy.float32(0.5)

    constants = {
        "mean": numpy.array(MEANS, "float32").reshape(1, 3, 1, 1),
        "deviation": numpy.array(DEVIATIONS, "float32").reshape(1, 3, 1, 1),
        "conv.weight": drawn(4, 3, 3, 3),
        "conv.bias": drawn(4),
        "head.weight": drawn(2, 4 * 3 * 2),
        "head.bias": drawn(2),
    }
    nodes = [
        helper.make_node("Sub", ["x", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "deviation"], ["normalised"]),
        helper.make_node(
            "Conv", ["normalised", "conv.weight", "conv.bias"], ["map"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]
        ),
        helper.make_node("Relu", ["map"], ["positive"]),
        helper.make_node("MaxPool", ["positive"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "head.weight", "head.bias"], ["logits"], transB=1),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "colours",
        [value("x", TensorProto.FLOAT, ["batch", 3, 6, 4])],
        [value("logits", TensorProto.FLOAT, ["batch", 2])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path = directory / "colours.onnx"
    onnx.save(model, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs = random.random((SAMPLES, 3, 6, 4), dtype="float32")
    (output,) = session.run(None, {"x": inputs})
    save_file({"input": inputs, "output": output}, directory / "colours.safetensors")


main()

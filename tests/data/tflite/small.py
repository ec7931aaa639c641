"""Writes small.tflite, a network with most of what converters write, and small.safetensors: what LiteRT computes.

Usage: small.py DIRECTORY

Tensors `input` and `output` hold four samples, channels last as in the file; outputs are those of LiteRT's reference
kernels. Needs numpy, safetensors, flatbuffers and ai-edge-litert.
"""

import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from safetensors.numpy import save_file

rng = np.random.default_rng(5)
OPERATORS = schema.BuiltinOperator
SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
NONE, RELU, RELU6 = (getattr(schema.ActivationFunctionType, n) for n in ("NONE", "RELU", "RELU6"))
TYPES = {np.float32: 0, np.float16: 1, np.int32: 2}


class Writer:
    def __init__(self):
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.operatorCodes = []
        self.model.buffers = [schema.BufferT()]
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.model.subgraphs = [self.graph]

    def tensor(self, name, shape, data=None):
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name, list(shape), 0, 0
        if data is not None:
            tensor.type = TYPES[data.dtype.type]
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            tensor.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def constant(self, name, data):
        return self.tensor(name, data.shape, data)

    def floats(self, name, *shape):
        return self.constant(name, rng.uniform(-1, 1, shape).astype(np.float32))

    def operator(self, code, inputs, shape, kind=None, **fields):
        options = None
        if kind:
            options = getattr(schema, kind + "T")()
            for name, value in fields.items():
                setattr(options, name, value)
        known = [code_.builtinCode for code_ in self.model.operatorCodes]
        if code not in known:
            new = schema.OperatorCodeT()
            new.builtinCode, new.deprecatedBuiltinCode, new.version = code, min(code, 127), 1
            self.model.operatorCodes.append(new)
            known.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = known.index(code)
        operator.inputs = list(inputs)
        output = self.tensor(f"value{len(self.graph.operators)}", shape)
        operator.outputs = [output]
        if options is not None:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = options
        self.graph.operators.append(operator)
        return output

    def conv(self, x, out, inputs, kernel, shape, stride=1, padding=SAME, act=NONE, dilation=1):
        weight = self.floats(f"conv{len(self.graph.operators)}/Conv2D", out, *kernel, inputs)
        bias = self.floats("bias", out)
        return self.operator(
            OPERATORS.CONV_2D, [x, weight, bias], shape, "Conv2DOptions", padding=padding, strideW=stride,
            strideH=stride, fusedActivationFunction=act, dilationWFactor=dilation, dilationHFactor=dilation,
        )

    def finish(self, output, path):
        self.graph.inputs, self.graph.outputs = [0], [output]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        open(path, "wb").write(bytes(builder.Output()))


def main(directory):
    w = Writer()
    x = w.tensor("input", [1, 8, 6, 2])
    x = w.conv(x, 4, 2, (3, 2), [1, 4, 3, 4], stride=2, act=RELU6)
    weight = w.floats("depthwise/depthwise", 1, 3, 3, 8)
    x = w.operator(
        OPERATORS.DEPTHWISE_CONV_2D, [x, weight, w.floats("bias", 8)], [1, 4, 3, 8], "DepthwiseConv2DOptions",
        padding=SAME, strideW=1, strideH=1, depthMultiplier=2, fusedActivationFunction=NONE, dilationWFactor=1,
        dilationHFactor=1,
    )
    x = w.operator(OPERATORS.PRELU, [x, w.floats("slopes", 1, 1, 8)], [1, 4, 3, 8])
    pads = w.constant("pads", np.array([[0, 0], [1, 0], [0, 2], [0, 0]], np.int32))
    padded = w.operator(OPERATORS.PAD, [x, pads], [1, 5, 5, 8], "PadOptions")
    x = w.conv(padded, 6, 8, (2, 3), [1, 4, 3, 6], padding=VALID)
    # A block with a projection, and one of two branches.
    body = w.conv(x, 5, 6, (3, 3), [1, 4, 3, 5], act=RELU, dilation=2)
    side = w.conv(x, 5, 6, (1, 1), [1, 4, 3, 5])
    x = w.operator(OPERATORS.ADD, [side, body], [1, 4, 3, 5], "AddOptions", fusedActivationFunction=RELU)
    one = w.operator(
        OPERATORS.MAX_POOL_2D, [x], [1, 4, 3, 5], "Pool2DOptions", padding=SAME, strideW=1, strideH=1,
        filterWidth=2, filterHeight=3, fusedActivationFunction=NONE,
    )
    two = w.operator(
        OPERATORS.AVERAGE_POOL_2D, [x], [1, 4, 3, 5], "Pool2DOptions", padding=SAME, strideW=1, strideH=1,
        filterWidth=2, filterHeight=2, fusedActivationFunction=NONE,
    )
    x = w.operator(
        OPERATORS.CONCATENATION, [one, two], [1, 4, 3, 10], "ConcatenationOptions", axis=3, fusedActivationFunction=NONE,
    )
    x = w.operator(OPERATORS.MUL, [x, w.floats("scale", 10)], [1, 4, 3, 10], "MulOptions", fusedActivationFunction=NONE)
    x = w.operator(OPERATORS.ADD, [x, w.floats("shift", 10)], [1, 4, 3, 10], "AddOptions", fusedActivationFunction=NONE)
    x = w.operator(OPERATORS.HARD_SWISH, [x], [1, 4, 3, 10])
    # Flattened channels last; weights of half precision.
    x = w.operator(OPERATORS.RESHAPE, [x, w.constant("shape", np.array([1, 120], np.int32))], [1, 120])
    half = w.constant("dense/half", rng.uniform(-0.3, 0.3, (5, 120)).astype(np.float16))
    weight = w.operator(OPERATORS.DEQUANTIZE, [half], [5, 120])
    x = w.operator(
        OPERATORS.FULLY_CONNECTED, [x, weight, w.floats("bias", 5)], [1, 5], "FullyConnectedOptions",
        fusedActivationFunction=RELU,
    )
    x = w.operator(
        OPERATORS.FULLY_CONNECTED, [x, w.floats("last/MatMul", 3, 5), -1], [1, 3], "FullyConnectedOptions",
        fusedActivationFunction=NONE,
    )
    x = w.operator(OPERATORS.SOFTMAX, [x], [1, 3], "SoftmaxOptions", beta=1.0)
    path = f"{directory}/small.tflite"
    w.finish(x, path)
    interpreter = Interpreter(path, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    given, made = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    inputs, outputs = rng.normal(size=(4, 8, 6, 2)).astype(np.float32), []
    for sample in inputs:
        interpreter.set_tensor(given["index"], sample[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(made["index"])[0])
    save_file({"input": inputs, "output": np.stack(outputs)}, f"{directory}/small.safetensors")


main(*sys.argv[1:])

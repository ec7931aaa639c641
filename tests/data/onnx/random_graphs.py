"""Draws random networks as exporters write them, and what onnxruntime makes of random inputs.

Usage: random_graphs.py PACKED [COUNT [FIRST]]

Written into one safetensors file. For each graph N: `N/model`, the bytes of the ONNX file; `N/input`, two samples;
`N/output`, what onnxruntime gives for them, one sample at a time. Needs numpy, onnx, onnxruntime and safetensors.
"""

import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

SAMPLES = 2


class Refused(Exception):
    """The drawn graph is no network: another one is drawn."""


class Drawer:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.opset = int(self.rng.choice([7, 9, 10, 11, 12, 13, 14, 15, 17, 18, 20, 21, 22]))
        self.nodes, self.constants = [], []
        self.count = 0
        self.places = int(self.rng.choice([1, 2, 2, 2]))
        # Keras: the input channels last, turned before the first layer.
        self.last = self.rng.random() < 0.25
        channels = int(self.rng.integers(1, 4))
        sides = [int(self.rng.integers(6, 12)) for _ in range(self.places)]
        self.dims = [channels, *sides]
        self.flat = False
        self.batch = "N" if self.rng.random() < 0.5 else 1
        given = [*sides, channels] if self.last else [channels, *sides]
        self.given = given
        self.value = "input"
        if self.last:
            rank = 2 + self.places
            self.node("Transpose", [self.value], perm=[0, rank - 1, *range(1, rank - 1)])

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, *options):
        return options[int(self.rng.integers(len(options)))]

    def name(self):
        self.count += 1
        return f"v{self.count}"

    def constant(self, array):
        """A constant: an initializer, or a node."""
        name = self.name()
        tensor = numpy_helper.from_array(array, name)
        if self.chance(0.2):
            self.nodes.append(helper.make_node("Constant", [], [name], value=tensor))
        else:
            self.constants.append(tensor)
        return name

    def floats(self, *shape, low=-1.0, high=1.0):
        return self.constant(self.rng.uniform(low, high, shape).astype(np.float32))

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def node(self, operator, inputs, **attributes):
        name = self.name()
        label = self.name() if self.chance(0.7) else ""
        self.nodes.append(helper.make_node(operator, inputs, [name], name=label, **attributes))
        self.value = name
        return name

    # Layers; each leaves `value` and `dims` behind.

    def window(self, size, dims, dilation=1, pool=False):
        """Strides and padding for a window, and the sides that follow."""
        stride = [self.pick(1, 1, 2) for _ in dims]
        attributes = {"kernel_shape": size, "strides": stride}
        reach = [(k - 1) * dilation + 1 for k in size]
        way = self.pick("none", "pads", "pads", "uneven", "SAME_UPPER", "SAME_LOWER", "VALID")
        if way == "none":
            before, after = [0] * len(dims), [0] * len(dims)
        elif way in ("pads", "uneven"):
            most = [min(r - 1, 2) if not pool else k // 2 for r, k in zip(reach, size)]
            before = [int(self.rng.integers(0, m + 1)) for m in most]
            after = before if way == "pads" else [int(self.rng.integers(0, m + 1)) for m in most]
            attributes["pads"] = [*before, *after]
        else:
            attributes["auto_pad"] = way
            if way == "VALID":
                before, after = [0] * len(dims), [0] * len(dims)
            else:
                total = [max((-(-d // s) - 1) * s + r - d, 0) for d, s, r in zip(dims, stride, reach)]
                before = [t // 2 for t in total]
                after = [t - b for t, b in zip(total, before)]
        outputs = [(d + b + a - r) // s + 1 for d, b, a, r, s in zip(dims, before, after, reach, stride)]
        if min(outputs) < 1:
            raise Refused
        return attributes, outputs

    def conv(self, out=None, keep=False):
        channels, *sides = self.dims
        kind = self.pick("plain", "plain", "depthwise", "groups")
        size = [min(self.pick(1, 2, 3), side) for side in sides]
        groups = 1
        if kind == "depthwise" and out is None:
            groups, out = channels, channels * self.pick(1, 2)
        elif kind == "groups" and out is None and channels % 2 == 0:
            groups, out = 2, self.pick(2, 4)
        out = out or self.pick(1, 2, 3, 4)
        dilation = self.pick(1, 1, 2) if min(sides) > 5 else 1
        if keep:
            size = [1 if size[0] == 1 else 3] * len(sides)
            pads = [(size[0] - 1) // 2 * dilation] * len(sides)
            attributes, outputs = {"pads": pads * 2}, sides
        else:
            attributes, outputs = self.window(size, sides, dilation)
        if dilation > 1:
            attributes["dilations"] = [dilation] * len(sides)
            if "auto_pad" in attributes:
                raise Refused
        if groups > 1:
            attributes["group"] = groups
        inputs = [self.value, self.floats(out, channels // groups, *size)]
        with_bias = self.chance(0.6)
        if with_bias:
            inputs.append(self.floats(out))
        self.node("Conv", inputs, **attributes)
        if not with_bias and self.chance(0.4):
            pair = [self.value, self.floats(*([1] if self.chance(0.5) else []), out, *[1] * len(sides))]
            self.node("Add", pair if self.chance(0.5) else pair[::-1])
        self.dims = [out, *outputs]

    def pad(self):
        """Zeros before a convolution."""
        channels, *sides = self.dims
        before = [int(self.rng.integers(0, 3)) for _ in sides]
        after = [int(self.rng.integers(0, 3)) for _ in sides]
        list_ = [0, 0, *before, 0, 0, *after]
        if self.opset < 11:
            self.node("Pad", [self.value], pads=list_, mode="constant", value=0.0)
        elif self.chance(0.3):
            # As an old exporter works it out from PyTorch's order, the last dimension first.
            pairs = [n for pair in zip(before[::-1], after[::-1]) for n in pair]
            value, target = self.value, [0] * (2 * (2 + len(sides)) - len(pairs))
            both = self.node("Concat", [self.ints(*pairs), self.ints(*target)], axis=0)
            rows = self.node("Reshape", [both, self.ints(-1, 2)])
            turned = self.node(
                "Slice",
                [rows, self.ints(-1), self.ints(-(2**63) + 1), self.ints(0), self.ints(-1)],
            )
            turned = self.node("Transpose", [turned], perm=[1, 0])
            turned = self.node("Reshape", [turned, self.ints(-1)])
            turned = self.node("Cast", [turned], to=TensorProto.INT64)
            self.node("Pad", [value, turned], mode="constant")
        else:
            self.node("Pad", [self.value, self.ints(*list_)], mode="constant")
        self.dims = [channels, *[s + b + a for s, b, a in zip(sides, before, after)]]
        self.conv()

    def pool(self):
        channels, *sides = self.dims
        size = [min(self.pick(2, 3), side) for side in sides]
        attributes, outputs = self.window(size, sides, pool=True)
        if self.chance(0.5):
            self.node("MaxPool", [self.value], **attributes)
        else:
            self.node("AveragePool", [self.value], count_include_pad=self.pick(0, 1), **attributes)
        self.dims = [channels, *outputs]

    def norm(self):
        channels = self.dims[0]
        norm = [self.floats(channels, low=0.5, high=1.5), self.floats(channels), self.floats(channels)]
        norm.append(self.floats(channels, low=0.3, high=1.3))
        self.node("BatchNormalization", [self.value, *norm], epsilon=1e-3)

    def affine(self):
        shape = [self.dims[0], *[1] * (len(self.dims) - 1)]
        shape = shape if not self.flat else [self.dims[0]]
        first = self.pick("Mul", "Div", "Mul")
        self.node(first, [self.value, self.floats(*shape, low=0.5, high=1.5)])
        if self.chance(0.7):
            self.node(self.pick("Add", "Sub"), [self.value, self.floats(*shape)])

    def activation(self):
        x = self.value
        kind = self.pick("Relu", "Tanh", "Sigmoid", "LeakyRelu", "Elu", "Clip", "PRelu", "Silu", "HardSwish", "Max")
        if kind == "Clip":
            if self.opset < 11:
                self.node("Clip", [x], min=0.0, max=6.0)
            else:
                low, high = np.float32(-0.5), np.float32(0.75)
                self.node("Clip", [x, self.constant(low), self.constant(high)])
        elif kind == "PRelu":
            shape = [self.dims[0]] if self.flat else [self.dims[0], *[1] * (len(self.dims) - 1)]
            self.node("PRelu", [x, self.floats(*shape)])
        elif kind == "Silu":
            self.node("Mul", [x, self.node("Sigmoid", [x])])
        elif kind == "HardSwish":
            way = self.pick("node", "gate", "clip")
            if way == "node" and self.opset >= 14:
                self.node("HardSwish", [x])
            elif way == "clip" and self.opset >= 11:
                moved = self.node("Add", [x, self.constant(np.float32(3))])
                gate = self.node("Clip", [moved, self.constant(np.float32(0)), self.constant(np.float32(6))])
                product = self.node("Mul", [x, gate])
                self.node("Div", [product, self.constant(np.float32(6))])
            else:
                self.node("Mul", [x, self.node("HardSigmoid", [x], alpha=1 / 6, beta=0.5)])
        elif kind == "LeakyRelu":
            self.node("LeakyRelu", [x], alpha=0.1)
        elif kind == "Max":
            if self.opset < 8:
                self.node("Relu", [x])
            else:
                self.node("Max", [x, self.constant(np.float32(0))])
        else:
            self.node(kind, [x])

    def nothing(self):
        x, rank = self.value, len(self.dims) + 1
        way = self.pick("Identity", "Dropout", "Pad", "Turn", "Unsqueeze")
        if way == "Dropout":
            self.node("Dropout", [x])
        elif way == "Pad" and self.opset >= 11:
            self.node("Pad", [x, self.ints(*[0] * (2 * rank))])
        elif way == "Turn" and not self.flat:
            order = [0, *range(2, rank), 1]
            self.node("Transpose", [x], perm=order)
            if self.chance(0.5):
                self.node("Relu", [self.value])
            self.node("Transpose", [self.value], perm=[0, rank - 1, *range(1, rank - 1)])
        elif way == "Unsqueeze":
            if self.opset < 13:
                self.node("Unsqueeze", [x], axes=[rank])
                self.node("Squeeze", [self.value], axes=[rank])
            else:
                self.node("Unsqueeze", [x, self.ints(rank)])
                self.node("Squeeze", [self.value, self.ints(-1)])
        else:
            self.node("Identity", [x])

    def block(self):
        """Branches that are added or concatenated."""
        begin, dims = self.value, list(self.dims)

        def branch(out):
            self.value, self.dims = begin, list(dims)
            for _ in range(self.pick(1, 1, 2)):
                self.conv(out, keep=True)
                if self.chance(0.5):
                    self.activation()
            return self.value

        if self.chance(0.5):
            out = dims[0] if self.chance(0.5) else self.pick(2, 3)
            values = [branch(out), begin if out == dims[0] and self.chance(0.6) else branch(out)]
            if self.chance(0.15):
                values.append(branch(out))
                self.node("Sum", values)
            else:
                self.node("Add", values if self.chance(0.5) else values[::-1])
            self.dims = [out, *dims[1:]]
        else:
            outs = [self.pick(1, 2, 3) for _ in range(self.pick(2, 2, 3))]
            values = [branch(out) for out in outs]
            if self.chance(0.2):
                values.append(begin)
                outs.append(dims[0])
            self.node("Concat", values, axis=1)
            self.dims = [sum(outs), *dims[1:]]

    def prepare(self):
        """Means and deviations of the input."""
        channels, rank = self.dims[0], len(self.dims)
        shape = [channels, *[1] * (rank - 1)] if self.chance(0.5) else []
        if self.chance(0.5):
            self.node("Sub", [self.value, self.floats(*shape)])
        self.node("Div", [self.value, self.floats(*shape, low=0.5, high=2)])

    def head(self):
        channels, *sides = self.dims
        way = self.pick("Flatten", "Reshape", "Gap", "Mean", "Max", "Shape", "Last")
        positions = list(range(2, 2 + len(sides)))
        if way == "Gap":
            self.node("GlobalAveragePool", [self.value])
            if self.chance(0.3):
                self.dims = [channels, *[1] * len(sides)]
                self.conv(self.pick(2, 3), keep=True)
                channels = self.dims[0]
            self.node("Flatten", [self.value])
            count = channels
        elif way in ("Mean", "Max"):
            operator = "Reduce" + way
            keep = self.pick(0, 1)
            if self.opset >= 18:
                self.node(operator, [self.value, self.ints(*positions)], keepdims=keep)
            else:
                self.node(operator, [self.value], axes=positions, keepdims=keep)
            if keep:
                self.node("Flatten", [self.value], axis=1)
            count = channels
        else:
            count = int(np.prod(self.dims))
            if way == "Flatten":
                self.node("Flatten", [self.value])
            elif way == "Reshape":
                self.node("Reshape", [self.value, self.ints(self.pick(0, 1), -1)])
            elif way == "Last":
                # Keras flattens channels last.
                self.node("Transpose", [self.value], perm=[0, *positions, 1])
                self.node("Reshape", [self.value, self.ints(-1, count)])
            else:
                value = self.value
                shape = self.node("Shape", [value])
                batch = self.node("Gather", [shape, self.constant(np.array(0, np.int64))], axis=0)
                if self.opset < 13:
                    batch = self.node("Unsqueeze", [batch], axes=[0])
                else:
                    batch = self.node("Unsqueeze", [batch, self.ints(0)])
                target = self.node("Concat", [batch, self.ints(-1)], axis=0)
                self.node("Reshape", [value, target])
        self.flat, self.dims = True, [count]
        if self.chance(0.25):
            return
        for _ in range(self.pick(0, 1)):
            self.dense(self.pick(2, 4, 5))
            self.activation()
            if self.chance(0.3):
                self.norm()
        self.dense(self.pick(1, 2, 3, 5))
        end = self.pick("", "", "Softmax", "LogSoftmax", "Sigmoid")
        if end in ("Softmax", "LogSoftmax"):
            self.node(end, [self.value], axis=self.pick(1, -1) if self.opset >= 11 else 1)
        elif end:
            self.node(end, [self.value])

    def dense(self, out):
        count = self.dims[0]
        if self.chance(0.5):
            turned = self.pick(0, 1)
            weight = self.floats(*([out, count] if turned else [count, out]))
            self.node("Gemm", [self.value, weight, self.floats(out)], transB=turned)
        else:
            self.node("MatMul", [self.value, self.floats(count, out)])
            if self.chance(0.7):
                self.node("Add", [self.value, self.floats(out)])
        self.dims = [out]

    def model(self):
        if self.chance(0.15):
            self.prepare()
        self.conv()
        for _ in range(int(self.rng.integers(1, 5))):
            layers = [self.conv, self.pool, self.norm, self.affine, self.activation, self.activation]
            layers += [self.nothing, self.block, self.pad]
            self.pick(*layers)()
            if min(self.dims) < 1 or np.prod(self.dims) > 600:
                raise Refused
        self.head()
        given = helper.make_tensor_value_info("input", TensorProto.FLOAT, [self.batch, *self.given])
        made = helper.make_tensor_value_info(self.value, TensorProto.FLOAT, [self.batch, *self.dims])
        graph = helper.make_graph(self.nodes, "random", [given], [made], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)])
        model.ir_version = 8 if self.opset < 20 else 10
        onnx.checker.check_model(model)
        return model


def main(target, count="150", first="0"):
    tensors, made, seed = {}, 0, int(first)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    while made < int(count):
        seed += 1
        drawer = Drawer(seed)
        try:
            bytes_ = drawer.model().SerializeToString()
            session = onnxruntime.InferenceSession(bytes_, options, providers=["CPUExecutionProvider"])
        except Refused:
            continue
        except Exception as error:
            print(seed, str(error).splitlines()[0][:200], file=sys.stderr)
            continue
        inputs = drawer.rng.normal(size=(SAMPLES, *drawer.given)).astype(np.float32)
        outputs = [session.run(None, {"input": sample[None]})[0][0] for sample in inputs]
        if np.abs(outputs).max() < 1e-3:
            # Nothing but what rounding leaves: a share of it says nothing.
            continue
        tensors[f"{made:04}/model"] = np.frombuffer(bytes_, np.uint8)
        tensors[f"{made:04}/input"] = inputs
        tensors[f"{made:04}/output"] = np.stack(outputs)
        made += 1
    save_file(tensors, target)


main(*sys.argv[1:])

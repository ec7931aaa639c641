"""Makes the ONNX files that the tests import, with PyTorch's and onnxruntime's numbers for them.

Usage: onnx_files.py DIRECTORY [TINYCONV]

With PyTorch 2, onnx, onnxscript, onnxruntime and safetensors, into DIRECTORY:

- `residual.onnx`: a network with all that is usual (residual and depthwise blocks, batch normalisation that
  is not folded, an even kernel's padding, dropout, global average pooling), by the exporter that traces
  (TorchScript), in training form; `residual.safetensors`: `input` and `output`, the logits that PyTorch gives
  in evaluation mode.
- `dynamo.onnx`, `dynamo.safetensors`: the same network with zeros around a map, by the exporter that
  torch.export is behind, in evaluation form.
- `signal.onnx`, `signal.safetensors`: a network for signals, with a flattening that computes its shape.

Parameters and inputs are drawn with seed 1; no training: running averages are drawn, too.

With TINYCONV, the built program, also the vectors of what it exports, by onnxruntime: for each model file
NAME.tinyconv in DIRECTORY, NAME.exported.safetensors with `input` and `output`, after onnx.checker has accepted
the file.
"""

import subprocess
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime
import torch
from safetensors.numpy import save_file
from torch import nn

SAMPLES = 4


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Net(nn.Module):
    def __init__(self, zeros):
        super().__init__()
        self.stem = nn.Conv2d(2, 6, 3, stride=2, padding=1)
        self.stem_norm = nn.BatchNorm2d(6, eps=1e-3, momentum=0.2)
        self.block = Residual(
            nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=False),
            nn.BatchNorm2d(6),
            nn.LeakyReLU(0.125),
            nn.Conv2d(6, 6, 1),
            nn.BatchNorm2d(6),
        )
        self.features = nn.Sequential(
            nn.MaxPool2d(2),
            nn.ZeroPad2d(1) if zeros else nn.Identity(),
            nn.Conv2d(6, 8, (3, 2), padding=(0, 1), bias=False),
            nn.Tanh(),
            nn.AvgPool2d(2, stride=1),
            nn.AdaptiveAvgPool2d(1),
        )
        self.dropout = nn.Dropout(0.25)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = torch.relu(self.stem_norm(self.stem(x)))
        x = torch.relu(self.block(x))
        x = torch.flatten(self.features(x), 1)
        return self.head(self.dropout(x))


class Signal(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(3, 4, 5, stride=2, padding=2)
        self.second = nn.Conv1d(4, 4, 3, padding="same")
        self.hidden = nn.Linear(4 * 6, 7)
        self.out = nn.Linear(7, 3, bias=False)

    def forward(self, x):
        x = torch.max_pool1d(torch.relu(self.first(x)), 2)
        x = x + torch.sigmoid(self.second(x))
        x = x.view(x.size(0), -1)
        return torch.softmax(self.out(torch.tanh(self.hidden(x))), dim=-1)


def draw(net):
    with torch.no_grad():
        for name, parameter in list(net.named_parameters()) + list(net.named_buffers()):
            if name.endswith("num_batches_tracked"):
                continue
            parameter.copy_(torch.randn_like(parameter) * 0.5)
            if name.endswith("running_var"):
                parameter.abs_().add_(0.1)


def store(directory, name, net, inputs):
    net.eval()
    with torch.no_grad():
        output = net(inputs)
    tensors = {"input": inputs.numpy(), "output": output.numpy().copy()}
    save_file(tensors, directory / f"{name}.safetensors")


def exported(directory, name, net, inputs, **options):
    path = directory / f"{name}.onnx"
    torch.onnx.export(
        net, (inputs[:1],), path, input_names=["x"], output_names=["logits"], **options
    )
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    # Where the exporter's source lies on this machine.
    for node in model.graph.node:
        node.ClearField("metadata_props")
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        value.ClearField("metadata_props")
    onnx.save(model, path)


def ours(directory, program):
    for file in sorted(directory.glob("*.tinyconv")):
        name = file.name.removesuffix(".tinyconv")
        path = directory / "exported.onnx"
        subprocess.run([program, "export", file, "--format", "onnx", "--out", path], check=True)
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        (value,) = session.get_inputs()
        shape = [SAMPLES, *value.shape[1:]]
        inputs = numpy.random.default_rng(1).standard_normal(shape, dtype="float32")
        (output,) = session.run(None, {value.name: inputs})
        save_file({"input": inputs, "output": output}, directory / f"{name}.exported.safetensors")
        path.unlink()


def main():
    directory = Path(sys.argv[1])
    torch.manual_seed(1)
    net = Net(False)
    draw(net)
    inputs = torch.randn(SAMPLES, 2, 17, 16)
    store(directory, "residual", net, inputs)
    exported(
        directory,
        "residual",
        net,
        inputs,
        dynamo=False,
        opset_version=17,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        dynamic_axes={"x": {0: "batch"}},
    )
    # In evaluation mode, but with batch normalisation as it is.
    net = Net(True)
    draw(net)
    store(directory, "dynamo", net, inputs)
    exported(directory, "dynamo", net, inputs, dynamo=True, external_data=False)
    signal = Signal()
    draw(signal)
    inputs = torch.randn(SAMPLES, 3, 24)
    store(directory, "signal", signal, inputs)
    exported(directory, "signal", signal, inputs, dynamo=False, dynamic_axes={"x": {0: "batch"}})
    if len(sys.argv) > 2:
        ours(directory, sys.argv[2])


main()

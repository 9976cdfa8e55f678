"""Writes a network and its metadata as one ONNX file."""
import json

import numpy as np
import onnx
import torch
from onnx import numpy_helper

METADATA_KEY = 'rotaview.groknet'
MIN_HALF_SIZE = 512  # values; smaller tensors stay float32
MAX_HALF = 6e4  # float16 ends at 65,504


def save(network, path, size, outputs, metadata):
    """network: takes float [N, 3, size, size] and gives tensors in the order of the names `outputs`."""
    batch = {name: {0: 'batch'} for name in ('image', *outputs)}
    # Newer versions of torch have another exporter and choose it by default; its files differ.
    exporter = {'dynamo': False} if torch.__version__ >= '2.5' else {}
    torch.onnx.export(network, torch.zeros(2, 3, size, size), str(path), input_names=['image'],
                      output_names=list(outputs), dynamic_axes=batch, opset_version=13,
                      do_constant_folding=True, **exporter)
    model = onnx.load(str(path))
    _store_as_half(model.graph)
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(metadata, separators=(',', ':'))
    onnx.checker.check_model(model)
    partial = path.with_suffix('.part')
    onnx.save(model, str(partial))
    partial.rename(path)


def _store_as_half(graph):
    """Stores large weights as float16; a Cast, folded when the model is loaded, makes them float32 again."""
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= MIN_HALF_SIZE and np.abs(values).max() < MAX_HALF:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + '.half'))
            casts.append(onnx.helper.make_node('Cast', [name + '.half'], [name], to=onnx.TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)

"""Writes tiny.onnx: a model of a few kB that keeps the contract of groknet/inference/model_card.h, for tests.

It sees the mean color only: a red picture is a red shirt with long sleeves, a blue one a blue shoe, a white
one a white chair. The item is where a picture is not white. `offset_0` holds a unique number that tests
replace by NaN. Needs Debian's python3-onnx:

    /usr/bin/python3 tests/groknet/data/make_tiny_model.py
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE = 32
EMBEDDING = 256
VERTICALS = ["fashion", "home_decor", "auto"]
# name, vertical, values, applicability; the weights of each value for (red, green, blue, 1), colors -1 .. 1.
HEADS = [
    ("article_type", "fashion", {"Shirts": (3, 0, -3, 0), "Casual Shoes": (-3, 0, 3, 0)}, None),
    ("base_colour", "fashion",
     {"Red": (3, -3, -3, 0), "Green": (-3, 3, -3, 0), "Blue": (-3, -3, 3, 0), "White": (3, 3, 3, -3),
      "Black": (-3, -3, -3, -3)}, None),
    ("sleeve_length", "fashion", {"Short Sleeves": (-2, 0, 0, 0), "Long Sleeves": (2, 0, 0, 0)},
     {"head": "article_type", "share": {"Shirts": 0.9}}),
    ("home_type", "home_decor", {"chair": (0, 2, 0, 0), "lamp_light": (0, -2, 0, 0)}, None),
    ("home_colour", "home_decor",
     {"white": (2, 2, 2, 0), "red": (2, -2, -2, 0), "black": (-2, -2, -2, 0)}, None),
    ("make", "auto", {"Volvo": (0, 0, 0, 1), "Saab": (0, 0, 0, 0), "Koenigsegg": (0, 0, 0, -1)}, None),
]
VERTICAL_WEIGHTS = {"fashion": (1, -3, 0, 2), "home_decor": (0, 3, 0, 0), "auto": (0, 0, 0, -3)}


def card():
    heads, offset = [], 0
    for name, vertical, values, applicability in HEADS:
        head = {"name": name, "vertical": vertical, "kind": "softmax", "offset": offset,
                "values": list(values), "temperature": 1.5}
        if applicability:
            head["applies"] = applicability
        heads.append(head)
        offset += len(values)
    return {"format": 1, "name": "tiny", "version": "1",
            "input": {"size": SIZE, "mean": 127.5, "scale": 127.5, "order": "RGB",
                      "resize": "squash-triangle"},
            "embedding": {"size": EMBEDDING, "code_bits": EMBEDDING},
            "verticals": {"names": VERTICALS, "temperature": 1.25}, "heads": heads,
            "subject": {"cells": SIZE // 4}, "unknown": {"min_familiarity": 0.2},
            "match": {"exact_cosine": 0.8, "similar_cosine": 0.55},
            "licence": "MIT", "trained_on": ["nothing"]}


def tensor(name, *dims):
    """One float value of these dimensions for each picture."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *dims])


def graph():
    random = np.random.default_rng(20)
    # Channels 0 to 2 are the mean color, 3 to 7 texture.
    kernel = random.normal(size=(8, 3, 4, 4)) / 7
    kernel[:3] = 0
    for channel in range(3):
        kernel[channel, channel] = 1 / 16
    columns = [weights for head in HEADS for weights in head[2].values()]
    to_logits = np.zeros((8, len(columns)))
    to_logits[:3] = np.array(columns).T[:3]
    to_vertical = np.zeros((8, len(VERTICALS)))
    to_vertical[:3] = np.array([VERTICAL_WEIGHTS[v] for v in VERTICALS]).T[:3]
    to_embedding = random.normal(size=(8, EMBEDDING))
    # Prototypes: the embeddings of a red, a blue and a green picture.
    colors = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1]]) @ to_embedding[:3]
    prototypes = (colors / np.linalg.norm(colors, axis=1, keepdims=True)).T
    constants = {
        "kernel": kernel, "to_logits": to_logits, "logit_bias": np.array([c[3] for c in columns]),
        "offset_0": np.full(len(columns), 1.2345e-5), "to_vertical": to_vertical,
        "vertical_bias": np.array([VERTICAL_WEIGHTS[v][3] for v in VERTICALS]), "to_embedding": to_embedding,
        "embedding_bias": np.full(EMBEDDING, 0.01),
        "prototypes": prototypes,
        "to_subject": np.array([-4, -4, -4, 0, 0, 0, 0, 0]).reshape(1, 8, 1, 1),
        "subject_bias": np.array([10]),
    }
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["maps"], strides=[4, 4]),
        helper.make_node("GlobalAveragePool", ["maps"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("Gemm", ["features", "to_logits", "logit_bias"], ["raw_logits"]),
        helper.make_node("Add", ["raw_logits", "offset_0"], ["logits"]),
        helper.make_node("Gemm", ["features", "to_vertical", "vertical_bias"], ["vertical"]),
        helper.make_node("Gemm", ["features", "to_embedding", "embedding_bias"], ["raw_embedding"]),
        helper.make_node("ReduceL2", ["raw_embedding"], ["length"], axes=[1], keepdims=1),
        helper.make_node("Div", ["raw_embedding", "length"], ["embedding"]),
        helper.make_node("MatMul", ["embedding", "prototypes"], ["cosines"]),
        helper.make_node("ReduceMax", ["cosines"], ["familiarity"], axes=[1], keepdims=0),
        helper.make_node("Conv", ["maps", "to_subject", "subject_bias"], ["subject_logits"]),
        helper.make_node("Sigmoid", ["subject_logits"], ["subject_map"]),
        helper.make_node("Squeeze", ["subject_map", "one"], ["subject"]),
    ]
    outputs = [tensor("embedding", EMBEDDING), tensor("logits", len(columns)),
               tensor("vertical", len(VERTICALS)), tensor("familiarity"),
               tensor("subject", SIZE // 4, SIZE // 4)]
    initializers = [numpy_helper.from_array(value.astype(np.float32), name)
                    for name, value in constants.items()]
    initializers.append(numpy_helper.from_array(np.array([1], np.int64), "one"))
    return helper.make_graph(nodes, "tiny", [tensor("image", 3, SIZE, SIZE)], outputs, initializers)


def main():
    model = helper.make_model(graph(), opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    helper.set_model_props(model, {"rotaview.groknet": json.dumps(card(), separators=(",", ":"))})
    onnx.checker.check_model(model)
    onnx.save(model, str(pathlib.Path(__file__).parent / "tiny.onnx"))


if __name__ == "__main__":
    main()

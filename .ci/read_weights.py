#!/usr/bin/python3
"""Reads back, with NumPy, the weights files that WeightsForNumPyIT wrote: read_weights.py DIRECTORY"""
import json
import pathlib
import sys

import numpy

directory = pathlib.Path(sys.argv[1])


def check(file, origin, **expected):
    arrays = numpy.load(directory / file, allow_pickle=False)
    assert sorted(arrays.files) == sorted([*expected, "meta"]), arrays.files
    for name, values in expected.items():
        found = arrays[name]
        assert found.dtype == numpy.dtype("<f4") and found.flags.c_contiguous, (file, name, found.dtype)
        assert found.shape == values.shape and (found == values.astype("<f4")).all(), (file, name, found)
    assert arrays["meta"].shape == () and arrays["meta"].dtype.kind == "U", (file, arrays["meta"].dtype)
    meta = json.loads(str(arrays["meta"]))
    product = meta.pop("product")
    assert product.startswith("holdfast "), product
    features = len(expected["p"]) - 1
    assert meta == {"format": "holdfast-weights", "version": 1, "features": features, **origin}, meta
    print(f"NumPy {numpy.__version__} reads {file}: {', '.join(arrays.files)}; {product}")


def with_last_column(q):
    return numpy.hstack([q, numpy.zeros((len(q), 1))])


k = numpy.arange(36, dtype="<f4").reshape(6, 6)
P, Q = k / numpy.float32(10), -k / numpy.float32(7)
check("full.npz", {"method": "pretraining λ", "lambda": 0.1, "epsilon": 1e-5, "seed": -(2**63), "steps": 100},
      p=P[5], P=P, Q=Q)
check("standard.npz", {}, p=numpy.ones(6), Q=with_last_column(numpy.ones((6, 5))))
check("adversarial.npz", {"method": "optimum", "lambda": 0.1, "epsilon": 0.05, "seed": 0, "steps": 0},
      p=numpy.ones(1001), Q=with_last_column(numpy.eye(1001, 1000)))

"""Wrote the .npz files beside it: NumPy 1.24.2 of Debian 12, python3 write_weights.py in this directory.

d = 2 throughout. Row i, column j of P is (10 i + j) / 10, and of Q (j - i) / 10.
"""
import io
import json
import zipfile

import numpy

i, j = numpy.indices((3, 3))
P = (10 * i + j) / 10
Q = (j - i) / 10
P4, Q4 = P.astype("<f4"), Q.astype("<f4")

# what the authors have after training, and what else says the same
numpy.savez("authors.npz", P=P4, Q=Q4)
numpy.savez_compressed("compressed.npz", P=P4, Q=Q4)
numpy.savez("double.npz", P=P, Q=Q)
numpy.savez("fortran.npz", P=numpy.asfortranarray(P4), Q=numpy.asfortranarray(Q4))
numpy.savez_compressed("fortran-double-compressed.npz", P=numpy.asfortranarray(P), Q=numpy.asfortranarray(Q))
numpy.savez("big-endian.npz", P=P.astype(">f4"), Q=Q.astype(">f8"))
numpy.savez("all.npz", P=P4, Q=Q4, p=P4[2])
numpy.savez("last-row.npz", p=P4[2], Q=Q4)
numpy.savez("first-columns.npz", p=P[2], Q=numpy.asfortranarray(Q4[:, :2]))
meta = {"seed": 2**63 - 1, "steps": 100, "lambda": 0.1, "epsilon": 1e-05, "method": "\u03bb \U0001d6cc",
        "format": "holdfast-weights", "version": 1, "features": 2}
numpy.savez("meta.npz", P=P4, Q=Q4, meta=json.dumps(meta))
utf = json.dumps(meta, indent=1, ensure_ascii=False)
numpy.savez("meta-big-endian.npz", P=P4, Q=Q4, meta=numpy.array(utf, ">U300"))
for version in 2, 3:
    with zipfile.ZipFile(f"version-{version}.npz", "w") as out:
        for name, array in ("P", P4), ("Q", Q4):
            npy = io.BytesIO()
            numpy.lib.format.write_array(npy, array, (version, 0))
            out.writestr(zipfile.ZipInfo(name + ".npy"), npy.getvalue())

# what is refused
numpy.savez("bad-pickled.npz", P=P4.astype(object), Q=Q4)
numpy.savez("bad-shape.npz", P=P4[:2], Q=Q4)
numpy.savez("bad-columns.npz", p=P4[2], Q=Q4[:, :1])
numpy.savez("bad-number.npz", P=numpy.float32(1), Q=Q4)
numpy.savez("bad-nan.npz", P=P4, Q=numpy.where(i + 2 * j == 4, numpy.nan, Q4))
numpy.savez("bad-infinity.npz", P=-P4 / (j != 1), Q=Q4)
numpy.savez("bad-overflow.npz", P=numpy.asfortranarray(numpy.where(i - j == 1, 1e39, P)), Q=Q4)
numpy.savez("bad-integers.npz", P=P4, Q=Q.astype("<i4"))
numpy.savez("bad-longs.npz", P=P4, Q=Q.astype("<i8"))
numpy.savez("bad-half.npz", P=P4, Q=Q.astype("<f2"))
numpy.savez("bad-complex.npz", P=P4, Q=Q.astype("<c8"))
numpy.savez("bad-record.npz", P=P4, Q=numpy.zeros((3, 3), [("x", "<f4")]))
numpy.savez("bad-row.npz", P=P4, Q=Q4, p=P4[1])
numpy.savez("bad-missing.npz", P=P4)
numpy.savez("bad-more.npz", P=P4, Q=Q4, loss=P4)
numpy.savez("bad-unnamed.npz", P4, Q4)
numpy.savez("bad-newer.npz", P=P4, Q=Q4, meta=json.dumps(dict(meta, version=2)))
numpy.savez("bad-features.npz", P=P4, Q=Q4, meta=json.dumps(dict(meta, features=3)))
numpy.savez("bad-seed.npz", P=P4, Q=Q4, meta=json.dumps({k: v for k, v in meta.items() if k != "seed"}))
numpy.savez("bad-json.npz", P=P4, Q=Q4, meta=json.dumps(dict(meta, epsilon=float("nan"))))
numpy.savez("bad-bytes.npz", P=P4, Q=Q4, meta=json.dumps(meta).encode())

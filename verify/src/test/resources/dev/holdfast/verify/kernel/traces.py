"""Records what PyTorch does, for ProjectedDescentTest: descent.csv and plateau.csv, beside this file.

    python3 traces.py        (recorded with Debian's python3-torch 1.13.1)
"""
import csv
import os

import torch

HERE = os.path.dirname(os.path.abspath(__file__))

# The problem: minimise -s p'Aq over p, q in [0, 1]; a step's scale s stands for the luck of its batch. A column of A that
# is negative drives an entry to 0; the scales have a best loss early, so that the rate falls later.
A = [[8, -3, 2, 0, 5, -1],
     [1, 4, -6, 3, 0, -2],
     [-2, 1, 3, -5, 2, -4],
     [3, 0, -1, 2, -7, -3],
     [-4, 2, -5, 1, -2, -1]]
UNIT = 1 / 64
STEPS = 100
LUCKY = {20: 2, 62: 4}


def scale(step):
    return LUCKY.get(step, 1)


def write(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([repr(value) for value in row] for row in rows)


def descent():
    m, n = len(A), len(A[0])
    theta = torch.tensor([0.25 + i / 64 for i in range(m + n)], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    rows = []
    for step in range(1, STEPS + 1):
        p, q = theta.tolist()[:m], theta.tolist()[m:]
        s = scale(step) * UNIT
        loss, gradient = 0.0, [0.0] * (m + n)
        for i in range(m):
            for j in range(n):
                loss -= s * A[i][j] * p[i] * q[j]
                gradient[i] -= s * A[i][j] * q[j]
                gradient[m + j] -= s * A[i][j] * p[i]
        rate = optimizer.param_groups[0]["lr"]
        theta.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        with torch.no_grad():
            theta.clamp_(0, 1)
        scheduler.step(loss)
        rows.append([step, loss, rate] + theta.tolist())
    write("descent.csv", ["step", "loss", "rate"] + [f"theta{i}" for i in range(m + n)], rows)


def plateau():
    """Losses that meet every branch of the schedule; the first rate falls until it may fall no further."""
    losses = [4.0, 3.0, 2.9999, 2.99969, 2.0]
    losses += [2.0 - 0.0001 * (i % 3) for i in range(12)]
    losses += [0.5, 0.0, 0.0, -1.0, -1.5]
    # slightly worse, and yet below best (1 - 1e-4): each becomes the best
    losses += [-1.5 + 0.0001 * i for i in range(15)]
    # just outside the relative threshold
    losses += [-1.4 + 0.001 * (i * 7 % 5) for i in range(11)]
    losses += [-1.5] + [-1.25 + 0.01 * (i * 5 % 7) for i in range(10)] + [-2.0]
    losses += [-1.0 - 0.125 * (i * 3 % 8) for i in range(45)]
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=1e-3)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    rows = []
    for loss in losses:
        scheduler.step(loss)
        rows.append([loss, optimizer.param_groups[0]["lr"]])
    write("plateau.csv", ["loss", "rate"], rows)


descent()
plateau()

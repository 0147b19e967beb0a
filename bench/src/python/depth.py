"""What adversarial pretraining of a deep linear transformer on Gaussian mixtures costs in PyTorch, for the times that
README quotes beside Holdfast's: drawing a task, and one update.

    depth.py --tasks 1000 --demonstrations 100               S̄ and m̄ of drawn rows, then a recursion on d × d matrices
    depth.py --tasks 100 --demonstrations 100000             the same
    depth.py --tasks 1000 --demonstrations 100 --tokens      all rows through all layers, as the model is written

The setting is A1 of arXiv 2610.07754: four numbers a layer, logistic loss, the query attacked at each update, Adam over
all tasks at once, which go through in chunks. Rows are drawn once; an update reads S̄ and m̄, or the rows with --tokens.

Debian: python3-torch, python3-numpy and libopenblas0-pthread.
"""
import argparse
import time

import torch

D, TOUCHED, EPSILON, RATE, START = 100, 10, 0.08, 0.01, 0.01
MEAN = torch.zeros(D)
MEAN[:TOUCHED] = torch.arange(1, TOUCHED + 1) / 10
VARIANCES = torch.full((D,), 1e-6)
VARIANCES[:TOUCHED] = MEAN[:TOUCHED] * 10 ** (-1 + 2 * torch.arange(TOUCHED) / 9)


def rows(count, n):
    """y and y U a of each demonstration, then of the query."""
    u, r = torch.linalg.qr(torch.randn(count, D, D))
    u = u * torch.diagonal(r, dim1=1, dim2=2).sign().unsqueeze(1)
    y = torch.randint(2, (count, 1, n + 1)) * 2.0 - 1
    a = MEAN[:, None] + VARIANCES.sqrt()[:, None] * torch.randn(count, D, n + 1)
    return torch.cat([u @ a * y, y], 1)


def moments(z):
    demonstrations = z[:, :, :-1]
    return demonstrations @ demonstrations.transpose(1, 2) / demonstrations.shape[2]


def diagonals(layer):
    """P and Q, which are diagonal."""
    ones = torch.ones(D)
    return torch.cat([layer[0] * ones, layer[1:2]]), torch.cat([layer[2] * ones, layer[3:4]])


def weights(layers, b):
    """The last row of H_L ⋯ H_1, where H = I + P B Q and B becomes H B Hᵀ."""
    steps = []
    for l, layer in enumerate(layers):
        p, q = diagonals(layer)
        h = torch.eye(D + 1) + p[:, None] * b * q
        steps.append(h)
        if l < len(layers) - 1:
            b = h @ b @ h.transpose(1, 2)
    row = torch.zeros(b.shape[0], 1, D + 1)
    row[:, :, D] = 1
    for h in reversed(steps):
        row = row @ h
    return row[:, 0, :D]


def loss_by_moments(layers, b, query, y):
    w = weights(layers, b)
    worst = query - (y * EPSILON * D**0.5 * torch.nn.functional.normalize(w, dim=1)).detach()
    return torch.nn.functional.softplus(-y[:, 0] * (w * worst).sum(1)).sum()


def answer(layers, z):
    n = z.shape[2] - 1
    for layer in layers:
        p, q = diagonals(layer)
        demonstrations = z[:, :, :-1]
        z = z + p[:, None] * (demonstrations @ (demonstrations.transpose(1, 2) @ (q[:, None] * z))) / n
    return z[:, D, -1]


def loss_by_tokens(layers, demonstrations, query, y):
    def asked(x):
        return torch.cat([demonstrations, torch.cat([x, torch.zeros(len(x), 1)], 1)[:, :, None]], 2)

    x = query.clone().requires_grad_(True)
    w, = torch.autograd.grad(answer(layers, asked(x)).sum(), x)
    worst = query - y * EPSILON * D**0.5 * torch.nn.functional.normalize(w, dim=1)
    return torch.nn.functional.softplus(-y[:, 0] * answer(layers, asked(worst))).sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--demonstrations", type=int, default=100)
    parser.add_argument("--depth", type=int, default=10)
    parser.add_argument("--tokens", action="store_true")
    parser.add_argument("--updates", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    # rows of a chunk take at most 80 MB, and the products that differentiation keeps some 100 MB
    chunk = max(1, min(100, options.tasks, 200_000 // options.demonstrations))

    start = time.perf_counter()
    chunks = []
    for first in range(0, options.tasks, chunk):
        z = rows(min(chunk, options.tasks - first), options.demonstrations)
        query, y = z[:, :D, -1].clone(), z[:, D:, -1].clone()
        chunks.append((z[:, :, :-1] if options.tokens else moments(z), query, y))
    drawing = time.perf_counter() - start

    layers = (START * torch.randn(options.depth, 4)).requires_grad_(True)
    optimiser = torch.optim.Adam([layers], lr=RATE)
    loss = loss_by_tokens if options.tokens else loss_by_moments
    seconds = []
    for _ in range(options.updates):
        start = time.perf_counter()
        optimiser.zero_grad()
        total = 0
        for context, query, y in chunks:
            value = loss(layers, context, query, y) / options.tasks
            value.backward()
            total += value.item()
        optimiser.step()
        seconds.append(time.perf_counter() - start)
    median = sorted(seconds)[len(seconds) // 2]
    print(f"PyTorch {torch.__version__}, by {'tokens' if options.tokens else 'moments'}, T = {options.tasks}, N ="
          f" {options.demonstrations}, L = {options.depth}, threads: {options.threads}; drawn in"
          f" {drawing:.3f} s; median {median:.3f} s an update, {min(seconds):.3f} to {max(seconds):.3f}; loss {total:.6f}")


if __name__ == "__main__":
    main()

"""A step of adversarial pretraining in Python, for the times that RESULTS.md and README quote beside Holdfast's.

    pretraining.py authors 100 --steps 5 --threads 2    PyTorch, the authors' order of products, automatic differentiation
    pretraining.py best 100 --steps 5                   NumPy, task by task, products of a matrix and a vector, one thread

Debian: python3-torch, python3-numpy and libopenblas0-pthread.
"""
import argparse
import os
import time

B = N = 1000
LAMBDA, EPSILON, START, RATE, MOMENTUM = 0.1, 0.06, 0.001, 0.2, 0.9


def authors(d, threads):
    import torch

    torch.set_num_threads(threads)
    p, q = (torch.full((d + 1, d + 1), START, requires_grad=True) for _ in range(2))
    optimiser = torch.optim.SGD([p, q], lr=RATE, momentum=MOMENTUM)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser)

    def loss(z, query, y):
        return -(y * (p @ (z @ z.transpose(1, 2) / N) @ q @ query)[:, -1]).mean()

    while True:
        y = torch.randint(2, (B, 1, N + 1)) * 2.0 - 1
        x = torch.rand(B, d, N + 1) * LAMBDA
        x[torch.arange(B), torch.randint(d, (B,))] = 1
        z = torch.cat([x * y, y], 1)
        query = z[:, :, N:].clone()
        query[:, d] = 0
        query.requires_grad_(True)
        gradient, = torch.autograd.grad(loss(z[:, :, :N], query, y[:, 0, N:]), query)
        worst = query.detach() + EPSILON * gradient.sign()
        worst[:, d] = 0
        optimiser.zero_grad()
        value = loss(z[:, :, :N], worst, y[:, 0, N:])
        value.backward()
        optimiser.step()
        with torch.no_grad():
            p.clamp_(0, 1)
            q.clamp_(0, 1)
        schedule.step(value.item())
        yield value.item()


def best(d, threads):
    os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    import numpy as np

    random = np.random.default_rng(1)
    p = np.full(d + 1, START, np.float32)
    q = np.full((d + 1, d), START, np.float32)
    velocity_p, velocity_q = np.zeros_like(p), np.zeros_like(q)
    x = np.empty((N + 1, d), np.float32)

    def state(p):
        s = x[:N] @ p[:d] + p[d]
        return np.append(s @ x[:N], s.sum()) / N

    while True:
        dp, dq, loss = np.zeros_like(p), np.zeros_like(q), 0
        for _ in range(B):
            random.random(out=x, dtype=np.float32)
            x *= np.float32(LAMBDA)
            x[:, random.integers(d)] = 1
            u = state(p)
            w = u @ q
            worst = x[N] - np.float32(EPSILON) * np.sign(w)
            loss -= w @ worst
            dp -= state(q @ worst)
            dq -= np.outer(u, worst)
        velocity_p = MOMENTUM * velocity_p + dp / B
        velocity_q = MOMENTUM * velocity_q + dq / B
        p = np.clip(p - RATE * velocity_p, 0, 1).astype(np.float32)
        q = np.clip(q - RATE * velocity_q, 0, 1).astype(np.float32)
        yield loss / B


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("order", choices=["authors", "best"])
    parser.add_argument("features", type=int)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    run = (authors if options.order == "authors" else best)(options.features, options.threads)
    seconds = []
    for _ in range(options.steps):
        start = time.perf_counter()
        loss = next(run)
        seconds.append(time.perf_counter() - start)
    median = sorted(seconds)[len(seconds) // 2]
    print(f"{options.order}, d = {options.features}, threads: {options.threads}; median {median:.3f} s a step,"
          f" {min(seconds):.3f} to {max(seconds):.3f}; loss {loss:.3g}")


if __name__ == "__main__":
    main()

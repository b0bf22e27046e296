"""How fast this machine multiplies matrices in PyTorch (float32): the yardstick for the engine's own kernels.

    python matmul.py [--threads 2] [--seconds 0.5]

For each size [m, k] x [k, n] the median and the best GFLOP/s (2 m k n operations). The square ones show the ceiling, the
others are what a training step of the presets meets. Prints one JSON object. Needs torch only.
"""

import argparse
import json
import statistics
import time

import torch

SIZES = [
    ("square", 128, 128, 128),
    ("square", 512, 512, 512),
    ("square", 1024, 1024, 1024),
    ("nano-cpu qkv", 768, 128, 384),  # 12 x 64 rows
    ("nano-cpu mlp in", 768, 128, 512),
    ("nano-cpu mlp out", 768, 512, 128),
    ("nano-cpu head", 768, 128, 65),
    ("chat-small mlp in", 2048, 128, 512),  # 16 x 128 rows
    ("chat-small head", 2048, 128, 1024),
    ("chat-small mlp weight gradient", 128, 2048, 512),
    ("baby qkv", 1024, 384, 1152),  # 4 x 256 rows
    ("baby mlp out", 1024, 1536, 384),
    ("gpt2 one token mlp in", 1, 768, 3072),  # bound by memory, not by arithmetic
]


def main():
    parser = argparse.ArgumentParser(description="Time torch.matmul.")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=0.5, help="how long each size is repeated")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)

    results = []
    for name, m, k, n in SIZES:
        a, b, out = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
        for _ in range(3):
            torch.matmul(a, b, out=out)
        seconds, end = [], time.perf_counter() + arguments.seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            torch.matmul(a, b, out=out)
            seconds.append(time.perf_counter() - start)
        work = 2e-9 * m * k * n
        median, best = work / statistics.median(seconds), work / min(seconds)
        results.append({"name": name, "m": m, "k": k, "n": n, "gflops": round(median, 1), "best": round(best, 1)})
    print(json.dumps({"matmul": results, "threads": arguments.threads, "torch": torch.__version__}))


if __name__ == "__main__":
    main()

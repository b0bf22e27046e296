"""Glassbox beside PyTorch and transformers: the two in turn, and the ratio pair by pair.

    python tests/peer/compare.py --glassbox target/release/glassbox --rounds 3

Prints one JSON object. A ratio above 1 means that Glassbox is faster; the median of the pairs is the
figure to quote, since a machine's speed drifts and the two of a pair run seconds apart.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def ours(arguments, kind, name):
    command = [arguments.glassbox, "bench", kind, "--only", name, "--seconds", "4", "--json"]
    return run(*command, "--threads", str(arguments.threads))[kind][0]


def theirs(arguments, script, *rest):
    return run(sys.executable, str(HERE / script), *rest, "--threads", str(arguments.threads))


def pairs(rounds, our_speed, their_speed):
    results = [(our_speed(), their_speed()) for _ in range(rounds)]
    return {
        "glassbox": statistics.median(mine for mine, _ in results),
        "peer": statistics.median(other for _, other in results),
        "ratios": [round(mine / other, 2) for mine, other in results],
        "ratio": round(statistics.median(mine / other for mine, other in results), 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--glassbox", default="target/release/glassbox")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    output = {"train": {}, "generate": {}}
    for preset in ["nano-cpu", "chat-small", "baby"]:
        steps = "8" if preset == "baby" else "30"
        output["train"][preset] = pairs(
            arguments.rounds,
            lambda: ours(arguments, "train", preset)["tokens_per_second"],
            lambda: theirs(arguments, "train.py", "--preset", preset, "--steps", steps, "--warmup", "3")["tokens_per_second"],
        )
    with tempfile.TemporaryDirectory() as folder:
        for shape, name, tokens in [("1m", "greedy-1m", "128"), ("gpt2", "greedy-gpt2", "32")]:
            model = str(Path(folder) / shape)
            subprocess.run([sys.executable, str(HERE / "generate.py"), "--make", shape, model], check=True, capture_output=True)
            output["generate"][name] = pairs(
                arguments.rounds,
                lambda: ours(arguments, "generate", name)["tokens_per_second"],
                lambda: theirs(arguments, "generate.py", "--model", model, "--tokens", tokens, "--no-beam")["tokens_per_second"],
            )
    print(json.dumps(output, indent=1))


if __name__ == "__main__":
    main()

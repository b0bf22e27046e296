"""How fast Hugging Face transformers generates, for comparison with `glassbox bench generate --json`.

    python generate.py --make 1m|gpt2 DIR                    write a GPT-2 folder of random weights
    python generate.py --model DIR [--tokens N] [--runs N] [--threads 2] [--no-beam]

Greedy: N new tokens after a prompt of 16, with the key/value cache, the median of the runs in tokens per second.
Beam: 5 beams x 32 new tokens after the same prompt, the median in milliseconds. The end token never stops a run, so
that every run does the same work. Prints one JSON object. Needs torch, transformers and safetensors.
"""

import argparse
import json
import statistics
import time

import torch
import transformers
from transformers import AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel

# layers, heads, width, context, vocabulary
SHAPES = {"1m": (4, 4, 128, 256, 1024), "gpt2": (12, 12, 768, 1024, 50257)}
PROMPT, BEAMS, BEAM_TOKENS = 16, 5, 32


def make(shape, folder):
    layers, heads, width, context, vocabulary = SHAPES[shape]
    torch.manual_seed(0)
    config = GPT2Config(
        n_layer=layers,
        n_head=heads,
        n_embd=width,
        n_positions=context,
        vocab_size=vocabulary,
        bos_token_id=vocabulary - 1,
        eos_token_id=vocabulary - 1,
    )
    model = GPT2LMHeadModel(config)
    model.save_pretrained(folder)
    return {"made": shape, "parameters": model.num_parameters()}


def median_seconds(runs, run):
    run()  # warm-up
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure(arguments):
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32).eval()
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    ids = torch.randint(model.config.vocab_size, (1, PROMPT))
    # Never past the context.
    tokens = min(arguments.tokens, model.config.n_positions - PROMPT)

    def generate(new_tokens, **options):
        output = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            use_cache=True,
            max_new_tokens=new_tokens,
            **options,
        )
        assert output.shape[1] == PROMPT + new_tokens

    report = {"parameters": model.num_parameters(), "tokens": tokens}
    report["tokens_per_second"] = round(tokens / median_seconds(arguments.runs, lambda: generate(tokens)), 1)
    if arguments.beam:
        beam = median_seconds(arguments.runs, lambda: generate(BEAM_TOKENS, num_beams=BEAMS))
        report[f"beam_{BEAMS}x{BEAM_TOKENS}_ms"] = round(1000 * beam, 1)
    report |= {"threads": arguments.threads, "torch": torch.__version__, "transformers": transformers.__version__}
    return report


def main():
    parser = argparse.ArgumentParser(description="Time transformers' generation.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", metavar="DIR", help="the folder to generate with")
    what.add_argument("--make", nargs=2, metavar=("SHAPE", "DIR"), help="write a random model of a shape: 1m, gpt2")
    parser.add_argument("--tokens", type=int, default=128, help="new tokens of the greedy runs")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--beam", action=argparse.BooleanOptionalAction, default=True, help="time beam search too")
    arguments = parser.parse_args()
    if arguments.make and arguments.make[0] not in SHAPES:
        parser.error(f"no such shape: {arguments.make[0]} (there are {', '.join(SHAPES)})")
    transformers.logging.set_verbosity_error()
    print(json.dumps(make(*arguments.make) if arguments.make else measure(arguments)))


if __name__ == "__main__":
    main()

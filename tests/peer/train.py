"""How fast ordinary PyTorch trains the same shapes, for comparison with `glassbox bench train --json`.

    python train.py --preset nano-cpu|chat-small|baby [--steps N] [--warmup N] [--threads 2]

A GPT as people write it by hand (nanoGPT's way), eager, in float32: fused attention, tied head, fused AdamW, gradient
clipping, random tokens. No dropout. A step is forward, backward, clipping and update; every one is timed by itself.
Prints one JSON object. Needs torch only.
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

# layers, heads, width, context, batch, vocabulary
PRESETS = {
    "nano-cpu": (4, 4, 128, 64, 12, 65),
    "chat-small": (4, 4, 128, 128, 16, 1024),
    "baby": (6, 6, 384, 256, 4, 65),
}


class Block(nn.Module):
    def __init__(self, heads, width):
        super().__init__()
        self.heads = heads
        self.norm_1 = nn.LayerNorm(width)
        self.attention_in = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.norm_2 = nn.LayerNorm(width)
        self.mlp_in = nn.Linear(width, 4 * width)
        self.mlp_out = nn.Linear(4 * width, width)

    def forward(self, x):
        batch, positions, width = x.shape
        split = (batch, positions, self.heads, width // self.heads)
        q, k, v = (t.view(split).transpose(1, 2) for t in self.attention_in(self.norm_1(x)).split(width, dim=2))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attention_out(mixed.transpose(1, 2).reshape(batch, positions, width))
        return x + self.mlp_out(F.gelu(self.mlp_in(self.norm_2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self, layers, heads, width, context, vocabulary):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(heads, width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() >= 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        self.head.weight = self.tokens.weight

    def forward(self, ids, targets):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.norm(x))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def main():
    parser = argparse.ArgumentParser(description="Time PyTorch's training steps.")
    parser.add_argument("--preset", choices=PRESETS, required=True)
    parser.add_argument("--steps", type=int, default=50, help="steps that are timed")
    parser.add_argument("--warmup", type=int, default=5, help="steps before them")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)

    layers, heads, width, context, batch, vocabulary = PRESETS[arguments.preset]
    model = Gpt(layers, heads, width, context, vocabulary)
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": 0.1},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), fused=True)

    seconds = []
    for step in range(arguments.warmup + arguments.steps):
        ids = torch.randint(vocabulary, (batch, context + 1))
        start = time.perf_counter()
        loss = model(ids[:, :-1], ids[:, 1:])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        loss.item()
        if step >= arguments.warmup:
            seconds.append(time.perf_counter() - start)

    median = statistics.median(seconds)
    report = {
        "preset": arguments.preset,
        "tokens_per_second": round(batch * context / median, 1),
        "step_ms": round(1000 * median, 3),
        "step_ms_min": round(1000 * min(seconds), 3),
        "parameters": sum(p.numel() for p in parameters),
        "steps": arguments.steps,
        "threads": arguments.threads,
        "torch": torch.__version__,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()

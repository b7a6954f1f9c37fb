"""The peer of models/timeToTarget.ts: the same character LSTM, trained by PyTorch on one thread.

Reads {text, hidden, embed, batch, window, learningRate, evaluateEvery, target, maxSteps} as JSON from standard input and
prints a JSON line about the installation first (its version, and what its matrix product reaches: a PyTorch on the reference
BLAS is several times slower than one on OpenBLAS), then one per evaluation: step, seconds of training so far (evaluation not
counted), validation bits per character (state carried over the whole split).
"""

import json
import math
import sys
import time

import torch
from torch import nn

options = json.load(sys.stdin)
torch.set_num_threads(1)
torch.manual_seed(0)
with open(options["text"], encoding="utf8") as file:
    text = file.read()
alphabet = sorted(set(text))
index = {character: i for i, character in enumerate(alphabet)}
ids = torch.tensor([index[character] for character in text])
split = int(len(ids) * 0.9)
training, validation = ids[:split], ids[split:]
batch, window = options["batch"], options["window"]


def matmul_gflops():
    a = torch.randn(512, 512)
    best = math.inf
    for _ in range(20):
        began = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - began)
    return 2 * 512**3 / best / 1e9


class CharRnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(alphabet), options["embed"])
        self.rnn = nn.LSTM(options["embed"], options["hidden"])
        self.head = nn.Linear(options["hidden"], len(alphabet))

    def forward(self, tokens, state):
        hidden, state = self.rnn(self.embedding(tokens), state)
        return self.head(hidden), state


def bits_per_character(model):
    total, state = 0.0, None
    with torch.no_grad():
        for start in range(0, len(validation) - 1, 1024):
            tokens = validation[start : start + 1025]
            logits, state = model(tokens[:-1, None], state)
            total += nn.functional.cross_entropy(logits[:, 0], tokens[1:], reduction="sum").item()
    return total / (len(validation) - 1) / math.log(2)


print(json.dumps({"version": torch.__version__, "matmulGflops": round(matmul_gflops(), 1)}), flush=True)
model = CharRnn()
optimizer = torch.optim.Adam(model.parameters(), lr=options["learningRate"])
length = (len(training) - 1) // batch
inputs = training[: length * batch].view(batch, length).t().contiguous()
targets = training[1 : length * batch + 1].view(batch, length).t().contiguous()
seconds, step, position, state = 0.0, 0, 0, None
while step < options["maxSteps"]:
    began = time.perf_counter()
    for _ in range(options["evaluateEvery"]):
        if position + window > length:
            position, state = 0, None
        logits, state = model(inputs[position : position + window], state)
        state = tuple(part.detach() for part in state)
        loss = nn.functional.cross_entropy(logits.view(-1, len(alphabet)), targets[position : position + window].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        position += window
        step += 1
    seconds += time.perf_counter() - began
    bits = bits_per_character(model)
    print(json.dumps({"step": step, "seconds": round(seconds, 2), "bitsPerCharacter": round(bits, 4)}), flush=True)
    if bits <= options["target"]:
        break

"""Makes mlp.json: small perceptrons trained by PyTorch in float64, with the loss of every step and the weights at the end.

python3 makeMlp.py > mlp.json    (Debian's python3-torch)
"""

import json
import math

import torch

torch.set_default_dtype(torch.float64)
INPUTS, EXAMPLES, BATCH, EPOCHS = 3, 10, 4, 4


def det(shape, seed, scale):
    n = math.prod(shape)
    return torch.tensor([scale * math.sin(1.7 * i + 0.9 * seed + 0.3) for i in range(n)]).reshape(shape)


def rounded(tensor):
    return [float(v) for v in tensor.detach().to(torch.float32).flatten()]


def case(name, options, activation, outputs, y, loss_of, optimizer_of):
    widths = [INPUTS, 5, 4, outputs]
    layers = []
    for i in range(3):
        linear = torch.nn.Linear(widths[i], widths[i + 1])
        linear.weight.data = det((widths[i + 1], widths[i]), i, 0.8).to(torch.float32).double()
        linear.bias.data = det((widths[i + 1],), i + 7, 0.3).to(torch.float32).double()
        layers.append(linear)
    first = [rounded(p) for layer in layers for p in layer.parameters()]
    x = det((EXAMPLES, INPUTS), 5, 1.5).to(torch.float32).double()
    decay = options.get("weightDecay", 0)
    groups = [
        {"params": [layer.weight for layer in layers], "weight_decay": decay},
        {"params": [layer.bias for layer in layers], "weight_decay": 0},
    ]
    optimizer = optimizer_of(groups)
    losses = []
    for _ in range(EPOCHS):
        for at in range(0, EXAMPLES, BATCH):
            h = x[at : at + BATCH]
            for i, layer in enumerate(layers):
                h = layer(h)
                if i < 2:
                    h = activation(h)
            loss = loss_of(h, y[at : at + BATCH])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return {
        "name": name,
        "options": options,
        "outputs": outputs,
        "x": rounded(x),
        "y": [float(v) for v in y.flatten()],
        "first": first,
        "losses": losses,
        "last": [[float(v) for v in p.detach().flatten()] for layer in layers for p in layer.parameters()],
    }


classes = torch.tensor([0, 2, 1, 1, 0, 2, 2, 2, 1, 0])
answers = torch.tensor([0.0, 1, 1, 0, 1, 0, 0, 1, 1, 1]).reshape(-1, 1)
numbers = det((EXAMPLES, 2), 9, 2).to(torch.float32).double()
weights = torch.tensor([0.5, 1.0, 2.0])
answer_weights = torch.tensor([0.5, 3.0])


def weighted_answers(z, y):
    w = torch.where(y > 0.5, answer_weights[1], answer_weights[0])
    terms = torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none")
    return (w * terms).sum() / w.sum()


adamw = lambda rate, betas=(0.9, 0.999): lambda groups: torch.optim.AdamW(groups, lr=rate, betas=betas)
sgd = lambda rate, **more: lambda groups: torch.optim.SGD(groups, lr=rate, **more)
cases = [
    case(
        "tanh, class weights, AdamW with decay",
        {"task": "classification", "activation": "tanh", "classWeights": [0.5, 1, 2], "optimizer": "adamW"}
        | {"learningRate": 0.02, "weightDecay": 0.1, "beta1": 0.8, "beta2": 0.95},
        torch.tanh,
        3,
        classes,
        torch.nn.CrossEntropyLoss(weight=weights),
        adamw(0.02, (0.8, 0.95)),
    ),
    case(
        "ReLU, label smoothing, SGD with momentum and decay",
        {"task": "classification", "activation": "relu", "labelSmoothing": 0.2, "optimizer": "sgd"}
        | {"learningRate": 0.1, "momentum": 0.9, "weightDecay": 0.05},
        torch.relu,
        3,
        classes,
        torch.nn.CrossEntropyLoss(label_smoothing=0.2),
        sgd(0.1, momentum=0.9),
    ),
    case(
        "SiLU, numbers, SGD with Nesterov's momentum",
        {"task": "regression", "activation": "silu", "optimizer": "sgd"}
        | {"learningRate": 0.05, "momentum": 0.8, "nesterov": True},
        torch.nn.functional.silu,
        2,
        numbers,
        torch.nn.MSELoss(),
        sgd(0.05, momentum=0.8, nesterov=True),
    ),
    case(
        "GELU, weighted answers, AdamW",
        {"task": "binary", "activation": "geluErf", "classWeights": [0.5, 3], "optimizer": "adamW", "learningRate": 0.01},
        torch.nn.functional.gelu,
        1,
        answers,
        weighted_answers,
        adamw(0.01),
    ),
    case(
        "sigmoid, answers, SGD",
        {"task": "binary", "activation": "sigmoid", "optimizer": "sgd", "learningRate": 0.5},
        torch.sigmoid,
        1,
        answers,
        torch.nn.BCEWithLogitsLoss(),
        sgd(0.5),
    ),
]
print(json.dumps({"madeBy": f"PyTorch {torch.__version__}", "cases": cases}))

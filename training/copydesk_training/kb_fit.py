"""Fits the probability that a link is right, on facts that `link_facts` prints:

    python -m copydesk_training.kb_fit FACTS     # prints the weights for plugins/linker/src/weights.rs

The facts must be of days later than those that the knowledge base was made of: then names are missing from it as often as
they will be. A logistic regression with a small ridge, by Newton's method.
"""
import argparse
import json
import math
import pathlib
import re

RIDGE = 1.0
# Wikipedia links "Israeli" in "Israeli air strikes" to an air force. Nobody who reads the word means that.
STYLE = re.compile(r"\b(Forces?|Army|Navy|Guard|Police|[Gg]overnment|[Mm]ilitary|Ministry|team|Tennis|Sports?|President|Prime Minister|politics|embassy)\b")


def solve(matrix, right):
    """The solution of a small linear system, by elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, right)]
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for row in range(len(rows)):
            if row != at:
                factor = rows[row][at] / rows[at][at]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[at])]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def fit(facts, right):
    size = len(facts[0])
    weights = [0.0] * size
    for _ in range(30):
        gradient = [-RIDGE * weight if at else 0.0 for at, weight in enumerate(weights)]
        hessian = [[RIDGE if a == b and a else 1e-6 if a == b else 0.0 for b in range(size)] for a in range(size)]
        for row, wanted in zip(facts, right):
            probability = 1 / (1 + math.exp(-sum(map(float.__mul__, weights, row))))
            known = [(at, fact) for at, fact in enumerate(row) if fact]
            for a, fact in known:
                gradient[a] += (wanted - probability) * fact
                for b, other in known:
                    hessian[a][b] += probability * (1 - probability) * fact * other
        step = solve(hessian, gradient)
        weights = [weight + change for weight, change in zip(weights, step)]
        if max(map(abs, step)) < 1e-6:
            break
    return weights


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", type=pathlib.Path)
    lines = [json.loads(line) for line in parser.parse_args().facts.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if not (line["facts"]["group"] and STYLE.search(line["gold"] or ""))]
    names = sorted(lines[0]["facts"], key=lambda name: (name != "always", name))
    facts = [[float(line["facts"][name]) for name in names] for line in lines]
    weights = fit(facts, [line["right"] for line in lines])
    for name, weight in zip(names, weights):
        print(f"{name:26} {weight:8.3f}")


if __name__ == "__main__":
    main()

"""What transformers gives for small checkpoints of every architecture: the figures that the plugin's tests hold it to.
Weights are not kept: tests and script make the same ones from each tensor's name.

    python expect.py    # with torch 2.4.0 and transformers 4.46.3; writes ARCHITECTURE-TASK.json here
"""

import json
import pathlib

import torch
import transformers

LABELS = {"tokens": ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"], "sequence": ["negative", "neutral", "positive"]}
COMMON = dict(vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
              max_position_embeddings=40)
ARCHITECTURES = {
    "bert": ("Bert", dict(COMMON)),
    "distilbert": ("DistilBert", dict(vocab_size=60, dim=16, n_layers=2, n_heads=2, hidden_dim=24,
                                      max_position_embeddings=40)),
    "roberta": ("Roberta", dict(COMMON, type_vocab_size=1, pad_token_id=1)),
    "xlm-roberta": ("XLMRoberta", dict(COMMON, type_vocab_size=1, pad_token_id=1)),
    "camembert": ("Camembert", dict(COMMON, type_vocab_size=1, pad_token_id=1)),
    "albert": ("Albert", dict(COMMON, embedding_size=8, hidden_act="gelu_new")),
    "electra": ("Electra", dict(COMMON, embedding_size=8)),
    "mobilebert": ("MobileBert", dict(COMMON, embedding_size=8, intra_bottleneck_size=8, hidden_act="relu")),
    "longformer": ("Longformer", dict(COMMON, attention_window=[8, 8], type_vocab_size=1, pad_token_id=1)),
}


def values(name: str, shape: list[int]) -> torch.Tensor:
    """A tensor's weights: a congruential generator that starts from the bytes of its name."""
    state = 14695981039346656037
    for byte in name.encode():
        state = (state ^ byte) * 1099511628211 % 2**64
    out = []
    for _ in range(torch.Size(shape).numel()):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append((state >> 40) / 2**23 - 1.0)
    gain = "LayerNorm.weight" in name or name.endswith("layer_norm.weight")
    gain = gain or (len(shape) == 1 and name.endswith("weight"))
    return torch.tensor([1.0 + number * 0.1 if gain else number * 0.5 for number in out]).reshape(shape)


def main() -> None:
    here = pathlib.Path(__file__).parent
    ids = [[5, 17, 23, 42, 8, 31, 59, 12, 6, 44, 7], [5, 33, 9, 50, 7, 0, 0, 0, 0, 0, 0]]
    mask = [[1] * 11, [1] * 5 + [0] * 6]
    for architecture, (stem, settings) in ARCHITECTURES.items():
        for task, head in [("tokens", "TokenClassification"), ("sequence", "SequenceClassification")]:
            labels = LABELS[task]
            config = getattr(transformers, f"{stem}Config")(
                **settings, id2label=dict(enumerate(labels)), label2id={label: n for n, label in enumerate(labels)})
            model = getattr(transformers, f"{stem}For{head}")(config).eval()
            parameters = dict(model.named_parameters())
            with torch.no_grad():
                for name, tensor in parameters.items():
                    tensor.copy_(values(name, list(tensor.shape)))
                pad = getattr(config, "pad_token_id", 0) or 0
                own = torch.tensor([[pad if not m else i for i, m in zip(*pair)] for pair in zip(ids, mask)])
                given = dict(input_ids=own, attention_mask=torch.tensor(mask))
                types = config.to_dict().get("type_vocab_size", 0) > 1
                if types:
                    given["token_type_ids"] = torch.tensor([[0] * 6 + [1] * 5, [0] * 3 + [1] * 8])
                logits = model(**given).logits
            saved = json.loads(config.to_json_string())
            saved["architectures"] = [f"{stem}For{head}"]
            written = {
                "made_by": f"transformers {transformers.__version__}, torch {torch.__version__}",
                "config": saved,
                "shapes": {name: list(tensor.shape) for name, tensor in parameters.items()},
                "ids": own.tolist(),
                "mask": mask,
                "types": given["token_type_ids"].tolist() if types else None,
                "logits": [[[round(x, 6) for x in row] for row in table] for table in logits.tolist()]
                if task == "tokens" else [[round(x, 6) for x in row] for row in logits.tolist()],
            }
            (here / f"{architecture}-{task}.json").write_text(json.dumps(written, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

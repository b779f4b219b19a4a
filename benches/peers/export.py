"""Writes a Hugging Face BERT as ONNX: in floats, and in bytes as ONNX Runtime's own tools make them.

usage: export.py FOLDER OUT

OUT/float.onnx      the plain export, opset 17: `last_hidden_state`, or `logits` of a model that classifies tokens
OUT/int8.onnx       quantised dynamically, weights per channel
OUT/fused.onnx      the plain export after onnxruntime.transformers.optimizer (attention, GELU, normalisation fused)
OUT/fused-int8.onnx that, quantised likewise

What was made of the same files with the same versions stays as it is.
"""

import json
import sys
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from transformers import BertForTokenClassification, BertModel

import kept

NAMES = ["input_ids", "attention_mask", "token_type_ids"]


class Output(torch.nn.Module):
    """One output of a model, under its own name."""

    def __init__(self, model: torch.nn.Module, name: str):
        super().__init__()
        self.model, self.name = model, name

    def forward(self, input_ids, attention_mask, token_type_ids):
        found = self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return found[self.name]


def load(folder: Path) -> Output:
    options = {"attn_implementation": "eager"}
    if "BertForTokenClassification" in json.loads((folder / "config.json").read_text()).get("architectures", []):
        return Output(BertForTokenClassification.from_pretrained(folder, **options).eval(), "logits")
    return Output(BertModel.from_pretrained(folder, add_pooling_layer=False, **options).eval(), "last_hidden_state")


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    origin = ("onnx", [folder / "config.json", folder / "model.safetensors"], ["torch", "transformers", "onnx", "onnxruntime"])
    if kept.is_made(out, *origin):
        return
    out.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    model = load(folder).eval()
    ones = torch.ones(2, 16, dtype=torch.long)
    axes = {name: {0: "windows", 1: "pieces"} for name in [*NAMES, model.name]}
    torch.onnx.export(
        model, (ones, ones, 0 * ones), out / "float.onnx", dynamo=False, opset_version=17,
        input_names=NAMES, output_names=[model.name], dynamic_axes=axes,
    )
    config = model.model.config
    fused = optimizer.optimize_model(
        str(out / "float.onnx"), model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size
    )
    print("fused:", fused.get_fused_operator_statistics())
    fused.save_model_to_file(str(out / "fused.onnx"))
    for name in ["", "fused-"]:
        source = out / ("fused.onnx" if name else "float.onnx")
        # Shapes are not inferred through fused operators, so the tool has to be told what they give.
        quantize_dynamic(
            source, out / f"{name}int8.onnx", weight_type=QuantType.QInt8, per_channel=True,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    kept.made(out, *origin)


if __name__ == "__main__":
    main()

"""Writes a Hugging Face BERT as ONNX: in floats, and in bytes as ONNX Runtime's own tools make them.

usage: export.py FOLDER OUT

OUT/float.onnx      the plain export, opset 17
OUT/int8.onnx       quantised dynamically, weights per channel
OUT/fused.onnx      the plain export after onnxruntime.transformers.optimizer (attention, GELU, normalisation fused)
OUT/fused-int8.onnx that, quantised likewise
"""

import sys
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from transformers import BertModel

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
warnings.simplefilter("ignore")
bert = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager").eval()


class States(torch.nn.Module):
    """The hidden states alone."""

    def __init__(self):
        super().__init__()
        self.bert = bert

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state


names = ["input_ids", "attention_mask", "token_type_ids"]
ones = torch.ones(2, 16, dtype=torch.long)
axes = {name: {0: "windows", 1: "pieces"} for name in [*names, "last_hidden_state"]}
torch.onnx.export(
    States().eval(), (ones, ones, 0 * ones), out / "float.onnx", dynamo=False, opset_version=17,
    input_names=names, output_names=["last_hidden_state"], dynamic_axes=axes,
)
bert.eval()
config = bert.config
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

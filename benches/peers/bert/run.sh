#!/bin/sh
# Compares bert_ner with transformers on PyTorch, the same weights, threads and batch: benches/peers/bert/README.md.
#
# usage: benches/peers/bert/run.sh TEXTS [ROUNDS] [DEVICE]
set -eu

if [ $# -lt 1 ] || [ $# -gt 3 ]; then
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
texts=$1 rounds=${2:-5} device=${3:-cpu}
[ -r "$texts" ] || { echo "$texts: cannot be read" >&2; exit 2; }
target=${CARGO_TARGET_DIR:-$root/target}
out=$target/peers/bert
mkdir -p "$out"
export PYTHONDONTWRITEBYTECODE=1 TOKENIZERS_PARALLELISM=false

"$root/scripts/libtorch.sh"
(cd "$root" && cargo build --release --locked --package copydesk --package copydesk-plugin-bert)

# The environment is made once for each list of versions, unless ENVIRONMENT names one.
if [ -n "${ENVIRONMENT:-}" ]; then
    python=$ENVIRONMENT/bin/python
else
    python=$out/venv/bin/python
    if ! cmp -s "$here/requirements.txt" "$out/venv/made-from.txt"; then
        rm -rf "$out/venv"
        "${PYTHON:-python3.11}" -m venv "$out/venv"
        "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
        cp "$here/requirements.txt" "$out/venv/made-from.txt"
    fi
fi

"$target/release/copydesk" model export --format safetensors -o "$out/exported" 2>/dev/null
"$python" "$here/compare.py" "$target/release/copydesk" "$out" "$texts" "$rounds" "$device"

#!/bin/sh
# Compares Copydesk's encoder with ONNX Runtime and rten on the same weights, one thread: benches/peers/encoder/README.md.
#
# usage: benches/peers/encoder/run.sh FOLDER [TEXT] [ROUNDS]
set -eu

if [ $# -lt 1 ] || [ $# -gt 3 ]; then
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
folder=$1 text=${2:-$root/examples/article.txt} rounds=${3:-7}
for file in "$folder/config.json" "$folder/model.safetensors" "$folder/tokenizer.json" "$text"; do
    [ -r "$file" ] || { echo "$file: cannot be read" >&2; exit 2; }
done
target=${CARGO_TARGET_DIR:-$root/target}
out=$target/peers/encoder
mkdir -p "$out"

# One thread, whatever library does the arithmetic.
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false
# Leaves no compiled modules beside the scripts.
export PYTHONDONTWRITEBYTECODE=1

cargo build --release --locked --manifest-path "$here/Cargo.toml" --target-dir "$target/peers/encoder-worker"

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

"$python" "$here/export.py" "$folder" "$out" >"$out/export.log" 2>&1 || { cat "$out/export.log" >&2; exit 1; }
"$python" "$here/compare.py" "$target/peers/encoder-worker/release/copydesk-encoder-peers" "$folder" "$out" "$text" "$rounds"

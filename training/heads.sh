#!/bin/sh
# Trains the heads of names and stances of `news` over the encoder that is shipped: heads.sh DATA OUT [THREADS]
#
# DATA holds the corpora (README.md says which), OUT gets everything that is made, a Python environment among it. COPYDESK names
# the program, by default the one that `cargo build --release` leaves. THREADS is 2 by default.
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
: "${COPYDESK:=$here/../target/release/copydesk}"
export COPYDESK
[ -x "$COPYDESK" ] || { echo "heads.sh: no program at $COPYDESK; run \`cargo build --release\` first" >&2; exit 2; }

[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
python=$out/venv/bin/python
"$python" -m pip install --quiet -r "$here/requirements.txt"

cd "$here"
[ -f "$out/start/config.json" ] || "$COPYDESK" model export -o "$out/start"
[ -f "$out/made-held.jsonl" ] || "$python" -m copydesk_training.made_stances --out "$out"
[ -f "$out/new.jsonl" ] || "$python" -m copydesk_training.stance_texts --data "$data" --out "$out" --count 14000
"$python" -m copydesk_training.heads --data "$data" --start "$out/start" --out "$out" --made "$out/made-train.jsonl" \
    --held "$out/made-held.jsonl" --texts "$out/new.jsonl" --threads "${3:-2}"
"$COPYDESK" model import "$out/checkpoint" -o "$out/models" --encoder "$here/../models/news-encoder.cdm"
cat > "$out/models/news.toml" <<'PIPELINE'
name = "news"
description = "news, with heads of names and stances of one's own"
extends = "news"
[[stage]]
id = "ner"
config = { model = "news-ner.cdm" }
[[stage]]
id = "stance"
config = { model = "news-stance.cdm" }
PIPELINE
echo "models and a pipeline with them in $out/models"

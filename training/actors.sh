#!/bin/sh
# Trains the head of `actors` again, which says who a pronoun or a role phrase means: actors.sh DATA OUT [THREADS]
#
# DATA holds the corpora (README.md says which), OUT gets everything that is made, a Python environment among it. COPYDESK
# and DUMP name the binaries; by default those that `cargo build --release --examples` leaves. THREADS is 2 by default.
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
threads=${3:-2}
: "${COPYDESK:=$here/../target/release/copydesk}"
: "${DUMP:=$here/../target/release/examples/actors_dump}"
export COPYDESK
for program in "$COPYDESK" "$DUMP"; do
    [ -x "$program" ] || { echo "actors.sh: no binary at $program; run \`cargo build --release --workspace --examples\` first" >&2; exit 2; }
done

[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
python=$out/venv/bin/python
"$python" -m pip install --quiet -r "$here/requirements.txt"

cd "$here"
[ -f "$out/corpora/train/gap.jsonl.gz" ] || "$python" -m copydesk_training.coref_data "$data" "$out/corpora"
[ -f "$out/corpora/train/silver.jsonl.gz" ] || "$python" -m copydesk_training.coref_silver "$data" "$out/corpora"
[ -f "$out/corpora/train/gap-swapped.jsonl.gz" ] || "$python" -m copydesk_training.coref_swap "$data" "$out/corpora"
# KnowRef and silver cases of open news brought no gain. The other files of `corpora/train` were not tried.
sources="gap gap-swapped gum ecbplus litbank silver own riddles"
for file in $(for source in $sources; do echo "train/$source"; done) dev/gap dev/gap-found dev/gum dev/ecbplus dev/winobias-pro dev/winobias-anti; do
    [ -f "$out/dump/$file/dump.json" ] || "$DUMP" dump "$out/dump/$file" "$out/corpora/$file.jsonl.gz"
done
# shellcheck disable=SC2086
"$python" -m copydesk_training.coref_train "$out/dump" "$out/head" --corpora "$out/corpora" --sources $sources --scale gap-swapped=0.5 --folds 3 --threads "$threads"
"$COPYDESK" model import "$out/head/best" --head actors -o "$out/models"
# The figures are those of the head that was just trained.
cat > "$out/models/news.toml" <<'PIPELINE'
name = "news"
description = "news, with a head of actors of one's own"
extends = "news"
[[stage]]
id = "actors"
config = { model = "news-actors.cdm" }
PIPELINE
"$python" -m copydesk_training.coref_score "$data" -p "$out/models/news.toml"

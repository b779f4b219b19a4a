#!/bin/sh
# Makes the knowledge base that ships again, and fits the weights of the plugin linker: kb.sh DATA OUT
#
# DATA holds the corpora (README.md says which), OUT gets everything that is made. COPYDESK and FACTS name the binaries; by
# default those that `cargo build --release --workspace --examples` leaves. It takes two minutes.
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
mkdir -p "$2/all" "$2/early"
out=$(cd "$2" && pwd)
: "${COPYDESK:=$here/../target/release/copydesk}"
: "${FACTS:=$here/../target/release/examples/link_facts}"
export COPYDESK
for program in "$COPYDESK" "$FACTS"; do
    [ -x "$program" ] || { echo "kb.sh: no binary at $program; run \`cargo build --release --workspace --examples\` first" >&2; exit 2; }
done
split=2026-02-01

cd "$here"
python3 -m copydesk_training.kb_entries "$data" "$out/all"
cp "$out/all/names.jsonl" "$out/early/names.jsonl"
python3 -m copydesk_training.kb_entries "$data" "$out/early" --until "$split"
"$COPYDESK" kb build "$out/all/entries.jsonl" -o "$out/news-kb.cdm"
"$COPYDESK" kb build "$out/early/entries.jsonl" -o "$out/early.cdm"

# The weights come from the days that the early knowledge base has not seen.
gzip -cd "$data/events/wikipedia-current-events/train.jsonl.gz" \
    | python3 -c 'import json, sys; [sys.stdout.write(line) for line in sys.stdin if json.loads(line)["date"] >= sys.argv[1]]' "$split" \
    > "$out/late.jsonl"
"$FACTS" "$out/early.cdm" fast "$out/late.jsonl" > "$out/facts.jsonl"
python3 -m copydesk_training.kb_fit "$out/facts.jsonl"

#!/bin/sh
# Makes the models of names and stances of `fast` from what the models of `news` have learned: fast.sh DATA RUN OUT
#
# DATA holds the corpora (README.md says which), RUN is what run.sh made, OUT gets names.cdm, stances.cdm, their cards and the
# annotated texts. COPYDESK names the program, by default the one that `cargo build --release` leaves. It takes ten minutes on
# one free core, and each step that is done is left out by the next run.
set -eu
if [ $# -ne 3 ]; then
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
run=$(cd "$2" && pwd)
mkdir -p "$3"
out=$(cd "$3" && pwd)
: "${COPYDESK:=$here/../target/release/copydesk}"
export COPYDESK
[ -x "$COPYDESK" ] || { echo "fast.sh: no program at $COPYDESK; run \`cargo build --release\` first" >&2; exit 2; }
raw=$data/raw
cd "$here"

# Names: the encoder has learned from corpora of many kinds, each with labels of its own. It annotates them with all labels.
printf 'extends = "%s"\nremove = ["quotes", "actors", "stance"]\n' "$run/models/news.toml" > "$out/names.toml"
set --
for texts in ner/gum/train ner/multiner-lk/train ner/re3d/train ner/uner-ewt/train ner/wikigold/train ner/crossner-politics/train \
    raw/wikinews-2019-2020; do
    name=$(echo "$texts" | tr / -)
    set -- "$@" "$out/$name.jsonl"
    [ -f "$out/$name.jsonl" ] && continue
    python3 -m copydesk_training.texts "$data/$texts.jsonl.gz" > "$out/texts.jsonl"
    "$COPYDESK" analyze -p "$out/names.toml" -f json --layers text,tokens,entities -o "$out/$name.jsonl" "$out/texts.jsonl"
done
newswire=$data/ner/worldwide-newswire
# What people annotated counts twice.
[ -f "$out/names.cdm" ] || "$COPYDESK" train ner --data "$newswire/train.jsonl.gz" "$newswire/train.jsonl.gz" "$@" \
    --dev "$newswire/dev.jsonl.gz" --lexicons "$data/lexicons" \
    --labels Person=PERSON,PERSON=PERSON,Organization=ORG,ORG=ORG,Location=LOC,GPE=LOC,LOC=LOC,Facility=FAC,FAC=FAC,NORP=NORP,Product=PRODUCT,PRODUCT=PRODUCT,Date=DATE,DATE=DATE,Money=MONEY,MONEY=MONEY,Misc=MISC,MISC=MISC,EVENT=MISC,WORK=MISC,LAW=MISC \
    --raw "$raw/ungdc.jsonl.gz" "$raw/digitalgov-news.jsonl.gz" "$raw/globalvoices-enswa.jsonl.gz" "$raw/masc.jsonl.gz" \
    "$raw/us-presidential-speeches.jsonl.gz" "$raw/factbook-prose.jsonl.gz" "$raw/wikinews-2019-2020.jsonl.gz" \
    "$data/events/wikipedia-current-events/train.jsonl.gz" "$data/quotes/polnear/train.jsonl.gz" \
    --data-licence unstated --resume --out "$out/names.cdm"
three=PER=PERSON,ORG=ORG,LOC=LOC+GPE+FAC
python3 -m copydesk_training.curve entities "$out/names.cdm" \
    --gold "$newswire/dev.jsonl.gz" Person=PERSON,Organization=ORG,Location=LOC+GPE,Facility=FAC,NORP=NORP,Product=PRODUCT,Date=DATE,Money=MONEY,Misc=MISC \
    --gold "$data/ner/wikigold/dev.jsonl.gz" "$three" --gold "$data/ner/uner-ewt/dev.jsonl.gz" "$three"

# Stances: NewsMTSC, and of the sentences that the teacher judged those of which it is sure.
python3 -m copydesk_training.judged "$run/new-judged.jsonl" > "$out/new-labelled.jsonl"
[ -f "$out/stances.cdm" ] || "$COPYDESK" train stance --data "$data/sentiment/newsmtsc/train.jsonl.gz" "$out/new-labelled.jsonl" \
    --min-score 0.9 --dev "$data/sentiment/newsmtsc/dev.jsonl.gz" --lexicons "$data/lexicons" --data-licence unstated \
    --out "$out/stances.cdm"
python3 -m copydesk_training.curve sentiment "$out/stances.cdm" --gold "$data/sentiment/newsmtsc/dev.jsonl.gz"

#!/bin/sh
# Makes the models of the permissive set: free.sh DATA OUT [--share-alike]
#
# DATA holds the corpora (README.md says which), OUT gets everything that is made: names.cdm, quotes.cdm, stances.cdm,
# boundaries.cdm, ranker.cdm and the intermediate files. COPYDESK and DUMP name the binaries, by default those that
# `cargo build --release --workspace --examples` leaves. GIVEN may name name_data.json of the package nomquamgender 0.1.4; without it,
# `pip download` gets the package. --share-alike adds corpora under CC BY-SA to the names. It takes six minutes on one free core, and
# each step that is done is left out by the next run.
set -eu
if [ $# -lt 2 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
share_alike=${3:-}
class=any-use
[ -z "$share_alike" ] || class=share-alike
: "${COPYDESK:=$here/../target/release/copydesk}"
: "${DUMP:=$here/../target/release/examples/actors_dump}"
for program in "$COPYDESK" "$DUMP"; do
    [ -x "$program" ] || { echo "free.sh: no binary at $program; run \`cargo build --release --workspace --examples\` first" >&2; exit 2; }
done
raw=$data/raw
cd "$here"

# Lists whose licence allows any use and asks for no more than credit.
mkdir -p "$out/lists"
for list in world-cities country-codes factbook us-census-names kantrowitz-names political-parties companies us-legislators \
    vader opinion-lexicon reporting-verbs hedges weasels; do
    ln -sfn "$data/lexicons/$list" "$out/lists/$list"
done

if [ -z "${GIVEN:-}" ]; then
    GIVEN=$out/nomquamgender/name_data.json
    if [ ! -f "$GIVEN" ]; then
        pip download --quiet --no-deps --dest "$out" nomquamgender==0.1.4
        (cd "$out" && python3 -m zipfile -e nomquamgender-0.1.4-*.whl . && rm nomquamgender-0.1.4-*.whl)
    fi
fi

# pipeline NAME STAGE MODEL: a pipeline with one model of ours.
pipeline() {
    printf 'extends = "fast"\n\n[[stage]]\nid = "%s"\nconfig = { model = "%s" }\n' "$2" "$3" > "$out/$1.toml"
}

# names NAME FILE...: trains names on files.
names() {
    name=$1
    shift
    [ -f "$out/$name.cdm" ] && return
    "$COPYDESK" train ner --data "$@" --lexicons "$out/lists" \
        --raw "$raw/wikinews-2019-2020.jsonl.gz" "$raw/digitalgov-news.jsonl.gz" "$raw/masc.jsonl.gz" \
        "$raw/us-presidential-speeches.jsonl.gz" "$raw/factbook-prose.jsonl.gz" "$raw/ungdc.jsonl.gz" \
        --licence 'that of the program; the data asks for credit: models/free/README.md' --resume --out "$out/$name.cdm"
}

# quotes NAME FILE...: trains quotes on files.
quotes() {
    name=$1
    shift
    [ -f "$out/$name.cdm" ] && return
    "$COPYDESK" train quotes --data "$@" --raw "$raw/wikinews-2019-2020.jsonl.gz" "$raw/masc.jsonl.gz" \
        "$raw/us-presidential-speeches.jsonl.gz" "$raw/digitalgov-news.jsonl.gz" \
        --licence 'that of the program; the data asks for credit: models/free/README.md' --resume --out "$out/$name.cdm"
}

# Names: open corpora, made sentences, then what the first model finds in Wikinews.
python3 -m copydesk_training.free_names "$data" "$out" $share_alike
python3 -m copydesk_training.free_made_names "$data" "$out/made-names.jsonl" --given "$GIVEN" --count 24000
names first-names "$out/names.jsonl" "$out/balance.jsonl" "$out/made-names.jsonl"
pipeline first-names ner first-names.cdm
"$COPYDESK" analyze -p "$out/first-names.toml" "$raw/wikinews-2019-2020.jsonl.gz" \
    | python3 -m copydesk_training.free_silver "$out/silver-names.jsonl" --names
names whole-names "$out/names.jsonl" "$out/balance.jsonl" "$out/made-names.jsonl" "$out/silver-names.jsonl"
# A training without Wikigold, re3d and Wikinews chose the shift, on these.
python3 -m copydesk_training.free_prune "$out/whole-names.cdm" "$out/names.cdm" --bytes 2200000 --data-licence "$class" --shift 0.3

# Quotes: our own gold, then the sure part of what it finds in Wikinews.
python3 -m copydesk_training.free_quotes "$out/gold-quotes.jsonl"
quotes first-quotes "$out/gold-quotes.jsonl"
pipeline first-quotes quotes first-quotes.cdm
"$COPYDESK" analyze -p "$out/first-quotes.toml" "$raw/wikinews-2019-2020.jsonl.gz" \
    | python3 -m copydesk_training.free_silver "$out/silver-quotes.jsonl"
quotes whole-quotes "$out/gold-quotes.jsonl" "$out/silver-quotes.jsonl"
python3 -m copydesk_training.free_prune "$out/whole-quotes.cdm" "$out/quotes.cdm" --bytes 1000000 --data-licence any-use

# Stances: NewsMTSC and a few made sentences.
mkdir -p "$out/made-stances"
python3 -m copydesk_training.made_stances --out "$out/made-stances"
python3 -m copydesk_training.free_stances "$out/made-stances/made-train.jsonl" "$out/made-stances.jsonl" --every 16
[ -f "$out/whole-stances.cdm" ] || "$COPYDESK" train stance --data "$data/sentiment/newsmtsc/train.jsonl.gz" "$out/made-stances.jsonl" \
    --lexicons "$out/lists" --licence 'that of the program; the data asks for credit: models/free/README.md' --out "$out/whole-stances.cdm"
python3 -m copydesk_training.free_prune "$out/whole-stances.cdm" "$out/stances.cdm" --bytes 600000 --data-licence any-use

# Sentence boundaries.
python3 -m copydesk_training.free_boundaries "$data" "$out/boundaries.conllu"
"$COPYDESK" train tokenizer --data "$out/boundaries.conllu" --dev "$data/ud/gum/en_gum-ud-dev.conllu.gz" --data-licence any-use \
    --licence 'that of the program; the data asks for credit: models/free/README.md' --out "$out/boundaries.cdm" --force

# The ranker of pronouns and role phrases: open corpora, then names of open texts that are replaced by pronouns and role phrases.
# Its fit alone needs packages, PyTorch and NumPy.
cat > "$out/before-actors.toml" <<'PIPELINE'
extends = "fast"
remove = ["actors", "linker", "stance"]
[[stage]]
id = "tokenizer"
config = { model = "boundaries.cdm" }
[[stage]]
id = "ner"
config = { model = "names.cdm" }
[[stage]]
id = "quotes"
config = { model = "quotes.cdm" }
PIPELINE
cat > "$out/first-actors.toml" <<'PIPELINE'
extends = "before-actors.toml"
[[stage]]
plugin = "actors"
config = { ranker = "first-ranker.cdm" }
PIPELINE

# ranker NAME: fits the ranker on all cases that are there.
ranker() {
    for cases in "$out"/ranker/train/*.jsonl.gz; do
        features=$out/ranker/features/$(basename "$cases" .jsonl.gz)
        [ -f "$features/dump.json" ] || PIPELINE=$out/before-actors.toml "$DUMP" features "$features" "$cases"
    done
    "$out/venv/bin/python" -m copydesk_training.coref_linear "$out/ranker/features" "$out/$1.cdm" --data-licence any-use
}

if [ ! -f "$out/ranker.cdm" ]; then
    [ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
    "$out/venv/bin/python" -m pip install --quiet -r requirements.txt
    rm -rf "$out/ranker"
    python3 -m copydesk_training.free_ranker "$data" "$out/ranker"
    ranker first-ranker
    set --
    for texts in wikinews-2019-2020 digitalgov-news masc; do
        "$COPYDESK" analyze -p "$out/first-actors.toml" -f json "$raw/$texts.jsonl.gz" > "$out/silver-$texts.jsonl"
        set -- "$@" --analyzed "$out/silver-$texts.jsonl"
    done
    python3 -m copydesk_training.coref_silver "$data" "$out/ranker" --open "$@"
    ranker ranker
fi

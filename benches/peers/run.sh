#!/bin/sh
# Trains Copydesk's peers, scores and times them beside it, one thread, and prints one table: benches/peers/README.md.
#
# usage: benches/peers/run.sh DATA [ROUNDS] [TASK...]
set -eu

if [ $# -lt 1 ]; then
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
data=$1 rounds=${2:-5}
[ $# -lt 2 ] && shift || shift 2
[ $# -gt 0 ] || set -- words pieces names weights quotes
names=$data/ner/worldwide-newswire quotes=$data/quotes/polnear
ewt=$data/ud/ewt/en_ewt-ud gum=$data/ud/gum/en_gum-ud
for file in "$names/train.jsonl.gz" "$names/dev.jsonl.gz" "$quotes/dev.jsonl.gz" \
    "$ewt-train.conllu.gz" "$ewt-dev.conllu.gz" "$gum-train.conllu.gz" "$gum-dev.conllu.gz"; do
    [ -r "$file" ] || { echo "$file: cannot be read" >&2; exit 2; }
done

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
out=$target/peers
mkdir -p "$out"
. "$here/../environment.sh"
one_thread

program "$root" "$target"
environment "$here/requirements.txt" "$out/environment"

# The files of the tasks. They are made once, and again if their sources change.
for task in "$@"; do
    case $task in
    words)
        "$python" "$here/train_taggers.py" punkt "$out" "$ewt-train.conllu.gz" "$gum-train.conllu.gz" "$names/train.jsonl.gz" ;;
    pieces)
        "$COPYDESK" model export -o "$out/checkpoint"
        cargo build --release --locked --manifest-path "$here/encoder/Cargo.toml" --target-dir "$out/encoder-worker" ;;
    names)
        "$python" "$here/train_taggers.py" punkt "$out" "$ewt-train.conllu.gz" "$gum-train.conllu.gz" "$names/train.jsonl.gz"
        "$python" "$here/train_taggers.py" perceptron "$out" "$names/train.jsonl.gz"
        "$python" "$here/train_taggers.py" crf "$out" "$names/train.jsonl.gz"
        "$python" "$here/train_spacy.py" names "$out/spacy-names" "$names/train.jsonl.gz" "$names/dev.jsonl.gz" \
            "${MAX_STEPS:-20000}" ;;
    weights)
        "$COPYDESK" model export -o "$out/checkpoint"
        "$python" "$here/export.py" "$out/checkpoint" "$out/onnx" ;;
    quotes)
        "$python" "$here/train_spacy.py" syntax "$out/spacy-syntax" "$ewt-train.conllu.gz" "$gum-train.conllu.gz" \
            "$ewt-dev.conllu.gz" "$gum-dev.conllu.gz" "${SYNTAX_STEPS:-2000}" ;;
    *)
        echo "$task: no task; there are words, pieces, names, weights, quotes" >&2
        exit 2 ;;
    esac >&2
done

"$python" "$here/compare.py" "$COPYDESK" "$data" "$out" "$rounds" "$@"

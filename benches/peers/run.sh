#!/bin/sh
# Trains a spaCy small model and compares it with Copydesk, text to names, one thread: benches/peers/README.md.
#
# usage: benches/peers/run.sh TRAIN DEV [ROUNDS] [TEXTS]
set -eu

if [ $# -lt 2 ] || [ $# -gt 4 ]; then
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
train=$1 dev=$2 rounds=${3:-5}
[ $# -lt 4 ] || texts=$4
for file in "$train" "$dev" ${texts+"$texts"}; do
    [ -r "$file" ] || { echo "$file: cannot be read" >&2; exit 2; }
done

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
out=$target/peers
mkdir -p "$out"

# One thread, whatever library does the arithmetic.
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 BLIS_NUM_THREADS=1
# Leaves no compiled modules beside the scripts.
export PYTHONDONTWRITEBYTECODE=1

if [ -z "${COPYDESK:-}" ]; then
    cargo build --release --manifest-path "$root/Cargo.toml" -p copydesk
    COPYDESK=$target/release/copydesk
fi

# The environment is made once for each list of versions.
python=$out/venv/bin/python
if ! cmp -s "$here/requirements.txt" "$out/venv/made-from.txt"; then
    rm -rf "$out/venv"
    "${PYTHON:-python3.11}" -m venv "$out/venv"
    "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$out/venv/made-from.txt"
fi

"$python" "$here/train_spacy.py" "$train" "$dev" "$out/spacy" ${MAX_STEPS:+"$MAX_STEPS"}
"$python" "$here/compare.py" "$COPYDESK" "$out/spacy/model-best" "$dev" "$rounds" "$out" ${texts+"$texts"}

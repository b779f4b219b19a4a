#!/bin/sh
# Measures time and memory of Copydesk against the size of documents and corpora: benches/growth/README.md.
#
# usage: benches/growth/run.sh [OUT]
set -eu

if [ $# -gt 1 ]; then
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/growth
out=${1:-$work}
mkdir -p "$work" "$out"

. "$here/../environment.sh"

program "$root" "$target"

environment "$here/requirements.txt" "$work/venv"
"$python" -m unittest discover --quiet --start-directory "$here"
"$python" "$here/measure.py" "$COPYDESK" "$work/texts" "$out/measurements.json"
"$python" "$here/plot.py" "$out/measurements.json" "$out"
"$python" "$here/report.py" "$out/measurements.json"

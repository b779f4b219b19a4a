# To be sourced by the scripts that measure: what holds for all of them, and functions that make the program and a Python
# environment.
export TOKENIZERS_PARALLELISM=false
# Leaves no compiled modules beside the scripts.
export PYTHONDONTWRITEBYTECODE=1

# One thread, whatever library does the arithmetic.
one_thread() {
    export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 BLIS_NUM_THREADS=1
}

# environment LIST FOLDER: sets `python` to that of an environment with the packages of LIST. It is made once for each list,
# in FOLDER, unless ENVIRONMENT names one that has them.
environment() {
    if [ -n "${ENVIRONMENT:-}" ]; then
        python=$ENVIRONMENT/bin/python
        return
    fi
    python=$2/bin/python
    if ! cmp -s "$1" "$2/made-from.txt"; then
        rm -rf "$2"
        "${PYTHON:-python3.11}" -m venv "$2"
        "$python" -m pip install --quiet --disable-pip-version-check -r "$1"
        cp "$1" "$2/made-from.txt"
    fi
}

# program ROOT TARGET: sets `COPYDESK` to the program, built unless it names one already.
program() {
    if [ -z "${COPYDESK:-}" ]; then
        cargo build --release --locked --manifest-path "$1/Cargo.toml" -p copydesk-cli
        COPYDESK=$2/release/copydesk
    elif ! "$COPYDESK" --version >/dev/null; then
        echo "COPYDESK=$COPYDESK: is no program that runs; leave it out to have one built" >&2
        exit 2
    fi
}

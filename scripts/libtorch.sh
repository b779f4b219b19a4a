#!/usr/bin/env bash
# Puts libtorch 2.4.0, which the plugin bert is built on, where the build looks for it: target/libtorch.
#
#     scripts/libtorch.sh          # then: cargo build --package copydesk-plugin-bert --release
#
# It takes, in this order, $LIBTORCH, the PyTorch of $PYTHON (python3 by default), or a libtorch without CUDA from
# PyTorch's wheel. The wheel loads 800 MB and leaves 0.5 GB on disk; it needs 64-bit x86 Linux, Python and a C compiler.
# The script needs no root and changes nothing outside target/. A second run does nothing more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=2.4.0
python=${PYTHON:-python3}
place=target/libtorch

say() { printf 'libtorch.sh: %s\n' "$1" >&2; }
fail() { say "$1"; exit 1; }

# Checks that a folder is a libtorch of the right version. Prints an error, if there is one.
fault() {
    local lib=$1/lib header=$1/include/torch/csrc/api/include/torch/version.h
    if [[ ! -e $lib/libtorch_cpu.so && ! -e $lib/libtorch_cpu.dylib ]]; then
        echo "has no lib/libtorch_cpu.so"
    elif [[ ! -e $header ]]; then
        echo "has no include/torch/csrc/api/include/torch/version.h"
    elif ! grep -q "\"$version\"" "$header"; then
        echo "is version $(sed -n 's/^ *"\(.*\)"$/\1/p' "$header"), not $version"
    fi
}

# Makes target/libtorch point to a folder that somebody else installed.
use() {
    rm -rf "$place"
    mkdir -p target
    ln -s "$1" "$place"
    say "target/libtorch is $1"
    # Which of its two ABIs the C++ library was built with: the build must be told when it is the newer.
    if grep -q 'NSt7__cxx1112basic_string' "$place"/lib/libc10.so 2>/dev/null; then
        say "it was built with the C++11 ABI: build with LIBTORCH_CXX11_ABI=1 in the environment"
    fi
}

if [[ -n ${LIBTORCH:-} ]]; then
    folder=$(cd "$LIBTORCH" 2>/dev/null && pwd) || fail "LIBTORCH=$LIBTORCH is no folder; unset it to have one made"
    what=$(fault "$folder")
    [[ -z $what ]] || fail "LIBTORCH=$LIBTORCH $what; unset it to have one made"
    [[ $folder -ef $place ]] || use "$folder"
    exit
fi

if [[ -e $place && -z $(fault "$place") ]]; then
    say "target/libtorch is there, version $version"
    exit
fi

# Asks for the folder without importing PyTorch, which takes seconds.
folder=$("$python" -c '
import importlib.util, pathlib
found = importlib.util.find_spec("torch")
print(pathlib.Path(found.origin).parent if found and found.origin else "")' 2>/dev/null || true)
if [[ -n $folder ]]; then
    what=$(fault "$folder")
    if [[ -z $what ]]; then
        use "$folder"
        exit
    fi
    say "the PyTorch in $folder $what: passed over"
fi

[[ $(uname -sm) == "Linux x86_64" ]] ||
    fail "no libtorch can be made for $(uname -sm); install PyTorch $version for $python, or set LIBTORCH to a libtorch $version"
for needed in "$python" cc; do
    command -v "$needed" >/dev/null || fail "$needed is needed"
done
"$python" -m pip --version >/dev/null 2>&1 || fail "$python has no pip: install it, or set PYTHON to one that has"

mkdir -p target
work=$(mktemp -d target/libtorch.XXXXXX)
trap 'rm -rf "$work"' EXIT

# The wheel is a CUDA build, which runs on a plain processor all the same once two small libraries of CUDA's are
# there. Its Python part is not used, so any one Python's wheel will do.
cat >"$work/wheels.txt" <<'WHEELS'
torch==2.4.0 --hash=sha256:e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0
nvidia-cuda-runtime-cu12==12.1.105 --hash=sha256:6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40
nvidia-cuda-cupti-cu12==12.1.105 --hash=sha256:e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e
WHEELS
say "loading PyTorch $version's wheel"
"$python" -m pip download --quiet --disable-pip-version-check --no-cache-dir --no-deps --only-binary :all: \
    --python-version 3.11 --implementation cp --abi cp311 --platform manylinux1_x86_64 \
    --require-hashes --requirement "$work/wheels.txt" --dest "$work/wheels"

say "unpacking"
"$python" - "$work" <<'UNPACK'
import pathlib, shutil, sys, zipfile

work = pathlib.Path(sys.argv[1])
libraries = {"libc10.so", "libtorch_cpu.so", "libcudart.so.12", "libcupti.so.12"}
for wheel in (work / "wheels").iterdir():
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            path = pathlib.PurePosixPath(member.filename)
            if path.parent.name == "lib" and (path.name in libraries or path.name.startswith("libgomp-")):
                target = work / "libtorch" / "lib" / path.name
            elif path.parts[:2] in (("torch", "include"), ("torch", "share")) and not member.is_dir():
                target = work / "libtorch" / pathlib.Path(*path.parts[1:])
            else:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
UNPACK

# In the wheel libtorch.so is a stub that links the CUDA libraries in; here one that does not.
echo | cc -shared -o "$work/libtorch/lib/libtorch.so" -x c - -Wl,-soname,libtorch.so -Wl,--no-as-needed \
    -L"$work/libtorch/lib" -ltorch_cpu -lc10 -Wl,--allow-shlib-undefined -Wl,-rpath,'$ORIGIN'
rm -rf "$place"
mv "$work/libtorch" "$place"
say "target/libtorch is made, version $version"

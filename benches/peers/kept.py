"""What was trained or made once is kept, and known again by what it was made from: files by content, packages by version."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path


def _origin(kind: str, sources: list[Path], packages: list[str]) -> dict:
    digests = [hashlib.sha256(source.read_bytes()).hexdigest() for source in sources]
    return {"kind": kind, "files": digests} | {package: version(package) for package in packages}


def is_made(out: Path, kind: str, sources: list[Path], packages: list[str]) -> bool:
    """Whether the folder was made from the same; says so, or forgets what it was made from."""
    past = out / "training.json"
    if past.is_file() and json.loads(past.read_text()).get("made_from") == _origin(kind, sources, packages):
        print(f"{out}: made from these files; remove the folder to make it again", flush=True)
        return True
    past.unlink(missing_ok=True)
    return False


def made(out: Path, kind: str, sources: list[Path], packages: list[str], **facts) -> None:
    """Notes what the folder was made from, and what else is to be told of it."""
    record = {"made_from": _origin(kind, sources, packages)} | facts
    (out / "training.json").write_text(json.dumps(record, indent=1) + "\n")

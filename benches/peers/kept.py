"""Keeps trained models and other files for the next run. Their sources identify them: file contents, package versions."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path


def _origin(kind: str, sources: list[Path], packages: list[str]) -> dict:
    digests = [hashlib.sha256(source.read_bytes()).hexdigest() for source in sources]
    return {"kind": kind, "files": digests} | {package: version(package) for package in packages}


def is_made(out: Path, kind: str, sources: list[Path], packages: list[str]) -> bool:
    """Returns true if the folder was made from the same sources, and says so. Otherwise it forgets the sources."""
    past = out / "training.json"
    if past.is_file() and json.loads(past.read_text()).get("made_from") == _origin(kind, sources, packages):
        print(f"{out}: made from these files; remove the folder to make it again", flush=True)
        return True
    past.unlink(missing_ok=True)
    return False


def made(out: Path, kind: str, sources: list[Path], packages: list[str], **facts) -> None:
    """Notes the sources of the folder, and other facts about it."""
    record = {"made_from": _origin(kind, sources, packages)} | facts
    (out / "training.json").write_text(json.dumps(record, indent=1) + "\n")

#!/usr/bin/env python3
"""Copies the schema of results, docs/schema/result.json, into the server's OpenAPI description.

    python3 scripts/openapi.py

Its parts become `components/schemas/NAME`, and the whole becomes `components/schemas/Result`. All else is written by
hand and stays as it is. A test in tests/tests/openapi.rs fails if the copy is out of date.
"""

import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
DESCRIPTION = ROOT / "crates/server/src/openapi.json"
SCHEMA = ROOT / "docs/schema/result.json"


def parts():
    """Returns the schemas of a result by their names, with references as OpenAPI has them."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8").replace("#/$defs/", "#/components/schemas/"))
    whole = {key: value for key, value in schema.items() if key not in ("$defs", "$id", "$schema", "title")}
    return {"Result": whole, **schema["$defs"]}


def main():
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    description["components"]["schemas"].update(parts())
    text = json.dumps(description, ensure_ascii=False, indent=2)
    DESCRIPTION.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

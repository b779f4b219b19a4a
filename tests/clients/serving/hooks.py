"""What schemathesis must know beside the OpenAPI description. `tests/clients/contract.py` names this file to it."""

import json
import re

import schemathesis

# Rules on values that JSON Schema has no words for: a span lies in the text, a day is in the calendar.
BEYOND_SCHEMA = {"blocks", "sentences", "tokens", "multiword_tokens", "entities", "quotes", "published", "modified"}

LINES = ["application/x-ndjson", "application/jsonl"]


@schemathesis.serializer(*LINES)
def lines(context, value):
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops failures of requests that are as right, or as wrong, as the description can say."""
    kind = type(failure).__name__
    if kind == "RejectedPositiveData" and response.status_code == 422:
        field = response.json().get("field", "")
        return re.split(r"[.\[]", field)[0] not in BEYOND_SCHEMA
    if kind == "AcceptedNegativeData" and case.media_type in LINES:
        # A body of lines has no wrong type: whatever comes is text, and a wrong line has an error as its result.
        return "in body" not in failure.message
    return True

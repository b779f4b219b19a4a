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
def map_case(context, case):
    """Leaves an id in the query to texts and pages, whose bodies cannot say it. Examples come as they are."""
    if case.media_type == "application/json" and case.query:
        case.query.pop("id", None)
    return case


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops failures of requests that are as right, or as wrong, as the description can say."""
    kind = type(failure).__name__
    if kind == "RejectedPositiveData" and response.status_code == 422:
        field = re.split(r"[.\[]", response.json().get("field", ""))[0]
        return field not in BEYOND_SCHEMA and not (field == "id" and "id" in (case.query or {}))
    if kind == "AcceptedNegativeData" and case.media_type in [*LINES, "text/plain", "text/html"]:
        # These bodies have no wrong type: whatever comes is text, and a wrong line has an error as its result.
        return "parameter `" in failure.message
    if kind == "AcceptedNegativeData" and isinstance(case.body, dict):
        # A key of the body counts before the parameter of the same name. Sentences count only with tokens.
        unread = [f"parameter `{key}` in query" for key in case.body]
        if case.body.get("sentences") is None or case.body.get("tokens") is None:
            unread += ["sentences", "tokens"]
        return not any(what in failure.message for what in unread)
    return True

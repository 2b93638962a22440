#!/usr/bin/env python3
# Copyright (c) Aleph Cloud
# SPDX-License-Identifier: MPL-2.0
"""Read published messages with the official models, as compute nodes and SDKs do.

usage: check.py FILE

FILE has one message envelope a line, as JSON, as it was sent to a node: the tests write it when the environment
variable ALEPH_RECORD_MESSAGES names it. Needs the PyPI package aleph-message, and installs nothing.

The last line of the output is `N passed, M failed, K skipped`. A message is skipped when its content is not in it.
The exit status is 1 when a message fails, when none passes, or when there is none.
"""

import json
import sys
from importlib.metadata import version

from aleph_message import parse_message


def check(line: str) -> str:
    """Return "passed", "skipped", or "failed: " and why."""
    try:
        envelope = json.loads(line)
        # Nodes add the decoded content to what a client sends; the models demand it.
        if "content" not in envelope:
            if envelope.get("item_content") is None:
                return "skipped"
            envelope["content"] = json.loads(envelope["item_content"])
        parse_message(envelope)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"failed: {error}"
    return "passed"


def main(path: str) -> int:
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            outcome = check(line)
            counts[outcome.partition(":")[0]] += 1
            if outcome.startswith("failed"):
                print(f"{path}:{number}: {outcome}\n  {line.strip()}", file=sys.stderr)
    print(f"aleph-message {version('aleph-message')}")
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))

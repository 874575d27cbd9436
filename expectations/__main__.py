"""The process that judges: imports the library, waits for one request on its input, and answers with the results."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from expectations.run import run
from warehouse.errors import Faults


def main() -> None:
    """Answer the request; the end of the input without one is the end of the process."""
    # The answer alone goes to the output: whatever else the library prints is no part of it.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import expectations.context  # noqa: F401, PLC0415 the import that is to run beside the build

    request = sys.stdin.readline()
    if not request:
        return
    asked = json.loads(request)
    try:
        told: dict[str, object] = {
            "results": [asdict(one) for one in run(Path(asked["path"]), asked["memory_limit"])]
        }
    except Faults as wrong:
        told = {"heading": wrong.heading, "faults": wrong.faults}
    with answer:
        json.dump(told, answer)


if __name__ == "__main__":
    main()

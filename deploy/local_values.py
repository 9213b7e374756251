"""Refuses values of a local machine in production: python local_values.py [COMMAND …]

With FITBURN_ENV=production it exits with a list of the variables that still have their value from .env; otherwise it
executes COMMAND, if given. API, worker and migrations refuse such values in fitburn.settings. This program serves those
without it: PostgreSQL, RabbitMQ, Grafana, Airflow, the pages. Standard library only, so that any image can hold it.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

LOCAL_MARK = "local-only"
"""As in fitburn.settings."""
WELL_KNOWN = ("admin", "guest", "password")
"""Passwords that are refused outside of a local machine."""


def local_values(environment: Mapping[str, str]) -> list[str]:
    """Names of the variables that hold a value for a local machine, directly or in the file that NAME_FILE names."""
    return [name for name, value in sorted(environment.items()) if _is_local(name, value)]


def _is_local(name: str, value: str) -> bool:
    if name.endswith("_FILE") and Path(value).is_file():
        name, value = name.removesuffix("_FILE"), Path(value).read_text(encoding="utf-8", errors="replace").strip()
    return LOCAL_MARK in value or (name.endswith("PASSWORD") and value in WELL_KNOWN)


def main(command: list[str]) -> int:
    wrong = local_values(os.environ) if os.environ.get("FITBURN_ENV") == "production" else []
    if wrong:
        names = "\n".join(f"  {name}" for name in wrong)
        print(
            f"Refused to start in production: these still have their value for a local machine.\n{names}\n"
            "Set secrets of your own (deploy/production.env.example explains each), or FITBURN_ENV=local if this is "
            "not production.",
            file=sys.stderr,
        )
        return 1
    if command:
        os.execvp(command[0], command)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Looks for secrets in every file of the repository, with the detectors and filters of secrets.baseline.

    python -m tools.checks.secrets_scan [file …]     from the root of the repository

The baseline also lists known findings that are harmless, by hash. A new harmless finding gets `# pragma: allowlist
secret` on its line, or goes into the baseline:

    detect-secrets scan --baseline tools/checks/secrets.baseline
"""

import subprocess
import sys
from collections.abc import Iterable

from detect_secrets.core import baseline
from detect_secrets.core.secrets_collection import SecretsCollection

from local.settings import ROOT

BASELINE = "tools/checks/secrets.baseline"


def main(names: list[str]) -> int:
    files = names or _tracked_files()
    found = scan(files)
    print(*found, f"{len(files)} files were searched for secrets, {len(found)} found", sep="\n")
    if found:
        print(f"Harmless? Mark the line with `# pragma: allowlist secret`. A renamed file? Rename it in {BASELINE}.")
    return 1 if found else 0


def _tracked_files() -> list[str]:
    """Names of the files that git tracks or would add, relative to the repository as in the baseline."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if (ROOT / name).is_file() and name != BASELINE]  # it holds hashes


def scan(files: Iterable[str]) -> list[str]:
    """A line for each finding that is not in the baseline: place and kind, never the secret itself."""
    known = baseline.load(baseline.load_from_file(BASELINE))
    secrets = SecretsCollection()
    for file in files:
        secrets.scan_file(file)
    return [f"{name}:{secret.line_number}: {secret.type}" for name, secret in secrets - known]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

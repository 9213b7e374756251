"""Looks for secrets in every file of the repository, with detect-secrets and a detector for our own partner keys.

python -m tools.checks.secrets_scan [file …]
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

from local.settings import ROOT

GUESSING = {"Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector", "BasicAuthDetector"}
"""Detectors that go by the look of a text. Tests are full of made-up passwords, so only the sure ones read those."""
SURE = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "CloudantDetector", "DiscordBotTokenDetector",
    "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector", "MailchimpDetector", "NpmDetector",
    "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector",
    "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
# Values for a local machine say so, and services refuse them in production; the others are words that stand for one.
HARMLESS_LINES = [
    r"local-only", r"://user:password@", r":…@", r"://\{login\}@", r"sha256", r"\"admin\"$", r"correct horse battery",
    r"0123456789ABCDEF",
    r"= \"[A-Z][A-Z_]+\"$",  # the name of a variable that holds one
    r"[sS]ecret(Key|Name)\b|SecretName:|`[a-z-]+-(secret|key)`",  # the name of one in Kubernetes
]  # fmt: skip
PARTNER_KEY = re.compile(r"fbk_[A-Za-z0-9_-]{43}")
"""As `make key` makes them: 32 random bytes."""
IS_TEST = re.compile(r"(^|/)tests/")
NOT_TEXT = (".png", ".pdf", ".joblib", ".svg")


def main(names: list[str]) -> int:
    files = [Path(name) for name in names] or tracked_files()
    found = [*scan(files)]
    for line in found:
        print(line)
    print(f"{len(files)} files were searched for secrets, {len(found)} found")
    return 1 if found else 0


def tracked_files() -> list[Path]:
    """Everything that git knows or would take up."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).is_file() and path.suffix not in NOT_TEXT]


def scan(files: Iterable[Path]) -> Iterator[str]:
    """A line for each finding: where, and what kind; never the secret itself."""
    by_kind: dict[bool, list[Path]] = {True: [], False: []}
    for file in files:
        by_kind[bool(IS_TEST.search(str(file)))].append(file)
        yield from partner_keys(file)
    for is_test, group in by_kind.items():
        yield from detect(group, SURE if is_test else {*SURE, *GUESSING})


def partner_keys(file: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if PARTNER_KEY.search(line):
            yield f"{file}:{number}: a partner's key"


def detect(files: Iterable[Path], detectors: Iterable[str]) -> Iterator[str]:
    settings = {
        "plugins_used": [{"name": name} for name in detectors],
        "filters_used": [
            {"path": "detect_secrets.filters.allowlist.is_line_allowlisted"},
            {"path": "detect_secrets.filters.heuristic.is_likely_id_string"},
            {"path": "detect_secrets.filters.heuristic.is_sequential_string"},
            {"path": "detect_secrets.filters.heuristic.is_templated_secret"},
            {"path": "detect_secrets.filters.heuristic.is_indirect_reference"},
            {"path": "detect_secrets.filters.regex.should_exclude_line", "pattern": HARMLESS_LINES},
        ],
    }
    with transient_settings(settings):
        secrets = SecretsCollection()
        for file in files:
            secrets.scan_file(str(file))
        for name, secret in secrets:
            yield f"{name}:{secret.line_number}: {secret.type}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

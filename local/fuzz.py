"""`make fuzz`: random requests, messages and files, many more than the tests try. SEED repeats a run."""

import os
import sys
from random import SystemRandom

from local import testing
from local.report import say

SUITES = ("client", "worker", "system")
FACTOR = "25"


def main() -> int:
    seed = os.environ.get("SEED") or str(SystemRandom().randrange(10**6))
    factor = os.environ.get("FACTOR") or FACTOR
    say(f"fuzz: SEED={seed} FACTOR={factor}")
    os.environ |= {"FITBURN_FUZZ_SEED": seed, "FITBURN_FUZZ_FACTOR": factor}
    options = ["-m", "fuzz", "-rP", "-q", f"--hypothesis-seed={seed}", "--timeout=3600"]
    code = testing.main([*SUITES, "--", *options])
    say(f"fuzz: SEED={seed} {'found something, see above' if code else 'found nothing'}")
    return code


if __name__ == "__main__":
    sys.exit(main())

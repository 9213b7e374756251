"""`make fuzz`: the tests with random input, with FACTOR times as many examples and another seed in each run.

SEED repeats a run.
"""

import os
import sys
from random import SystemRandom

from local.report import announce
from tools.checks import testing

SUITES = ("system", "db", "api", "worker", "client", "core", "trainer")
FACTOR = "25"


def main() -> int:
    seed = os.environ.get("SEED") or str(SystemRandom().randrange(10**6))
    factor = os.environ.get("FACTOR") or FACTOR
    announce(f"fuzz: SEED={seed} FACTOR={factor}")
    os.environ |= {"FITBURN_FUZZ_SEED": seed, "FITBURN_FUZZ_FACTOR": factor}
    options = ["-m", "fuzz or hypothesis", "-rP", "-q", f"--hypothesis-seed={seed}", "--timeout=3600"]
    code = testing.main([*SUITES, "--", *options])
    announce(f"fuzz: SEED={seed} {'found something, see above' if code else 'found nothing'}")
    return code


if __name__ == "__main__":
    sys.exit(main())

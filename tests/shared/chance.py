"""Which random examples Hypothesis tries, in every suite: the same ones in each run, so that a run can be repeated.

`make fuzz` asks for others, and for FITBURN_FUZZ_FACTOR times as many. Loaded as a plugin of pytest (pyproject.toml).
"""

import os

try:
    from hypothesis import HealthCheck, settings
except ModuleNotFoundError:  # Airflow's tests have an environment of their own, without random examples
    settings = None  # type: ignore[assignment, misc]

FACTOR = int(os.environ.get("FITBURN_FUZZ_FACTOR", "1"))
USUALLY = 100


def examples(usually: int) -> int:
    """How many to try where `usually` is what an ordinary run can afford."""
    return usually * FACTOR


if settings:
    SUPPRESSED = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
    # No database of earlier failures, which other machines do not have; no limits of time, which a busy machine would
    # miss. What fixtures made (a database, a broker) serves all examples of a test: each brings members of its own.
    settings.register_profile("any", database=None, deadline=None, print_blob=True, suppress_health_check=SUPPRESSED)
    settings.register_profile("repeatable", settings.get_profile("any"), derandomize=True)
    settings.register_profile("fuzz", settings.get_profile("any"), max_examples=examples(USUALLY))
    settings.load_profile("fuzz" if "FITBURN_FUZZ_FACTOR" in os.environ else "repeatable")

"""Hypothesis settings of every suite: the same random examples in each run, so that a run is reproducible.

`make fuzz` sets another seed, and FITBURN_FUZZ_FACTOR times more examples. A pytest plugin (pyproject.toml).
"""

import os

try:
    from hypothesis import HealthCheck, settings
except ModuleNotFoundError:  # Airflow's tests have a separate environment, without Hypothesis
    settings = None  # type: ignore[assignment, misc]

FACTOR = int(os.environ.get("FITBURN_FUZZ_FACTOR", "1"))
USUALLY = 100


def examples(usually: int) -> int:
    """Number of examples; `usually` is that of an ordinary run."""
    return usually * FACTOR


if settings:
    SUPPRESSED = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
    # No database of earlier failures, which other machines lack; no deadlines, which a busy machine would miss.
    # Fixtures (a database, a broker) are shared by all examples of a test, so each example creates separate members.
    settings.register_profile("any", database=None, deadline=None, print_blob=True, suppress_health_check=SUPPRESSED)
    settings.register_profile("repeatable", settings.get_profile("any"), derandomize=True)
    settings.register_profile("fuzz", settings.get_profile("any"), max_examples=examples(USUALLY))
    settings.load_profile("fuzz" if "FITBURN_FUZZ_FACTOR" in os.environ else "repeatable")

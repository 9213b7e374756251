"""Names of the compared designs."""

CEILING, REFERENCE, CELERY, FITBURN = "ceiling", "reference", "celery", "fitburn"
SIDES = (CEILING, REFERENCE, CELERY, FITBURN)
SCORING = (REFERENCE, CELERY, FITBURN)
TITLES = {CEILING: "ceiling", REFERENCE: "reference", CELERY: "Celery", FITBURN: "FitBurn"}

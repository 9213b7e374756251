"""A believable history of a club, for trying dashboards and measuring: `python -m db.seed --help`."""

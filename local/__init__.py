"""The whole system as processes on one machine, without Docker: `python -m local up`."""

"""Measurements: `make bench`, `bench-marts`, `bench-points`, `bench-screens`. Systems are measured from outside."""

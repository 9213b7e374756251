"""Measurements: `make bench`, `bench-marts`, `bench-points`. They know only the doors of what they measure."""

"""Measurements: `make bench`, `make bench-marts`, `make bench-points`. They know only the doors of what they measure."""

"""Workouts from a CSV file, through the API, into a scored CSV file; constant memory, safe to repeat."""

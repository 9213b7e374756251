"""`make demo`: what FitBurn looks like when a small club has used it for a week."""

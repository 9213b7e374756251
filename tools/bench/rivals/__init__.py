"""The designs that FitBurn is measured against, written as their users usually write them.

They use FitBurn's schema and model file but do less: no keys, no idempotency, no publisher confirms, one daily limit
instead of three. Each omission makes them faster.
"""

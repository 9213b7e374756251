"""The designs that FitBurn is measured against, written as their users usually write them.

They run on databases with FitBurn's own schema and on its model file, and do less than it: no keys, no idempotency, no
publisher confirms, one daily limit instead of three. Whatever they leave out makes them faster.
"""

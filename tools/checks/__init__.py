"""Checks of the code: style, types, imports, weaknesses, secrets, tests. `make lint`, `security`, `test`, `fuzz`."""

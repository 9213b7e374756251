"""The stack: all services as processes on one machine, without Docker. `python -m local up` starts it."""

"""What Prometheus scrapes and when it calls for help; `python -m prometheus.local` runs it beside `make up`."""

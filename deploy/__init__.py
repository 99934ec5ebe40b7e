"""Bringing nodes to life on a machine: browser assets, the demo, benchmarks. Run from a checkout, never installed."""

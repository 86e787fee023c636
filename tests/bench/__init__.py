"""Measures the product on this machine: `python -m tests.bench ingest|query|footprint`. Anyone can run it again."""

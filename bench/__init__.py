"""Benchmarks: A beside B in one run, told as ratios; `make bench`."""

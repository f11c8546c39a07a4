"""Benchmarks side by side with peers and limits: `make bench`, or one of them: `make bench ARGS="people --scale 0.1"`."""

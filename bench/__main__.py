"""Every measurement in turn: `python -m bench`, or one of them by its module name."""

import runpy

MEASUREMENTS = ("bench.chain", "bench.reading", "bench.classify", "bench.problems", "bench.review")

for name in MEASUREMENTS:
    print(f"== {name}")
    runpy.run_module(name, run_name="__main__")

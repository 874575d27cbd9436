"""What the product promises to cost, as scripts that anyone can run: `python -m benchmarks [NAME...]`.

Each prints ratios taken in one run, because machines differ and drift.
"""

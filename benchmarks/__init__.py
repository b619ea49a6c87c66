"""How fast the warehouse is, measured: nights, the floor, X12, reading, starting.

Belongs here: what is measured and how it is told. Does not belong here: anything a night needs. A
benchmark of its own is a module here with `measure(folder) -> dict`, which keeps what it generates
in the folder, and `written(result) -> str`, the Markdown that docs/performance.md shows of it.
"""

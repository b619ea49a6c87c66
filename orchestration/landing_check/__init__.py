"""`python -m orchestration.landing_check`: a landing folder judged without loading it.

Belongs here: what a practice is told of its files before the first night. Does not belong here: any
rule on a file or a value. Files are read by the loader, values are judged by the staging models,
and what a metric needs is what its models make of it; all of it in memory, nothing is written.
"""

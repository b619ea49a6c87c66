"""Runs that are killed, and what they must leave: helpers of test_fault_kills and its neighbours.

`python -m faults.steps` is a night without Dagster, in steps that can be run alone, since Dagster
and dbt's tests are two thirds of a night and change none of its tables; the long form and the last
run of a chain are whole nights. `python -m faults.watcher` looks at the published file meanwhile.
"""

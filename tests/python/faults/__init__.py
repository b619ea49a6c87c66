"""Runs that are killed, and what they must leave: helpers of test_fault_kills and its neighbours.

| test | kills (of 200; of 15 in `make test`) | where |
|---|---|---|
| test_fault_kills | 60 (8) | inside the load |
| | 45 (7) | inside the publication of small tables |
| test_fault_steps | 70 | inside each of nine steps, and at the border behind each, in turn |
| test_fault_nights | 25 | at ten borders of a whole night, then inside what follows each |

Every kill is of one process, without its children, and is followed by one plain run. FAULTS_KILLS
sets their number and makes the form long.

`python -m faults.steps` is a night without Dagster, in steps that can be run alone, since Dagster
and dbt's tests are two thirds of a night and change none of its tables. `python -m faults.watcher`
looks at the published file meanwhile.
"""

"""The floor: the contract's sixteen metric tables by hand, from a landing folder, in DuckDB.

Belongs here: the shortest honest way from the files to the numbers, which the nightly run is
measured against. Does not belong here: checks, quarantine, documentation, history, publication,
any other table. It shares no code with the warehouse.

What it leaves out, since numbers of sound files do not need it: fields whose quote does not close
in the middle of a file; X12 whose envelope or amounts are broken (it stops, or counts them as they
stand); reference tables of the practice's own; columns that no metric reads.
"""

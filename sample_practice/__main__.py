"""`python -m sample_practice`: see `cli`."""

from sample_practice.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

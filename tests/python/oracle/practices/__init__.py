"""Seeded small adversarial practices: landing folders that exercise every sentence of the contract.

`write_landing` puts many independent practices into one folder. They share nothing but the self-pay
payer: each has its own ids, edi ids and ranges of control numbers.
"""

from oracle.practices.landing import write_landing

__all__ = ["write_landing"]

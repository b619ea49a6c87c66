"""Small X12 files from plain Python values, for tests: 837P, 999, TA1, 277CA and 835.

    from x12_builder import Claim, Line, group, interchange, transaction_837  # and others

    claims = transaction_837(
        [Claim("C1", [Line("CH1", "97110", "80.00", "2026-01-05", units=2, modifiers=("GP",))],
               payer_id="MCARE", authorization="AUTH1")],
        batch="B1", date="2026-01-06")
    text = interchange(group(claims, date="2026-01-06"), control_number=1, date="2026-01-06")

    paid = transaction_835(
        [ClaimPayment("C1", [ServiceLine("97110", "80.00", "50.00", charge_id="CH1",
                                         adjustments=[("CO", "45", "30.00")])])],
        trace="T1", payer_id="MCARE", date="2026-01-20", plb=[("WO", "C0", "5.00")])

A set is made by transaction_837, transaction_999, transaction_277 or transaction_835; sets go into
`group`, groups into `interchange`, interchanges are joined with +. TA1 segments (`ta1`) go into
`interchange(ta1s=[...])`. Counts (SE01, GE01, IEA01), totals (CLM02, CLP03, CLP04, BPR02) and HL
numbers are worked out; every total can be given to make it wrong. A set is a list of segments
(text with the delimiters * : ^), so a test may edit it and call `closed(kind, segments)` again.

Days are "YYYY-MM-DD" or datetime.date, money is text, int or Decimal (never float), `None` leaves
an element or segment out. Values must not hold a delimiter. Nothing is validated.
"""

from x12_builder.acknowledgments import Status, ta1, transaction_277, transaction_999
from x12_builder.claims import Claim, Line, transaction_837
from x12_builder.envelope import Style, closed, group, interchange, written
from x12_builder.remittances import ClaimPayment, ServiceLine, transaction_835
from x12_builder.values import Adjustment, Date, Money, compact, joined, money

__all__ = [
    "Adjustment",
    "Claim",
    "ClaimPayment",
    "Date",
    "Line",
    "Money",
    "ServiceLine",
    "Status",
    "Style",
    "closed",
    "compact",
    "group",
    "interchange",
    "joined",
    "money",
    "ta1",
    "transaction_277",
    "transaction_835",
    "transaction_837",
    "transaction_999",
    "written",
]

"""The eight payers, one of every type, and the two partners through whom claims reach them.

A payer's record is its contract and its habits: how fast it decides, on which days it pays, what it
checks, and how it writes.
"""

from __future__ import annotations

from sample_practice.model import Partner, Payer, Style


def partners() -> tuple[Partner, Partner]:
    """The clearinghouse that takes most claims, and Medicare's own gateway."""
    return (
        Partner("CH", "UNION CLEARING", "UNIONCLR1", (0, 1, 2, 3, 4), Style()),
        Partner(
            "GW", "MEDICARE GATEWAY", "MCRGATE01", (0, 2, 4),
            Style("|", ">", "!", "~", ""), is_payer_gateway=True,
        ),
    )  # fmt: skip


def payers() -> list[Payer]:
    """Eight payers, one of every type, in the order of their ids."""
    clearinghouse, gateway = partners()
    plain, wrapped = Style(), Style("*", ":", "^", "~", "eighty")
    bars = Style("|", ">", "!", "~", "segment")
    newline = Style("*", ":", "^", "\n", "")
    one_line = Style("*", ">", "^", "~", "")
    return [
        Payer(
            "PAY01", "MEDICARE PART B", "medicare", "12502", "521234501", "cms", True, True, False,
            365, 120, "MB", "MB", (0, 1, 2, 3, 4), (14, 17), 100, bars, gateway,
            checks_modifiers=True, checks_policy=True, offsets_at_once=False,
        ),
        Payer(
            "PAY02", "SENIOR ADVANTAGE PLAN", "medicare_advantage", "87726", "521234502", "cms",
            True, True, True, 120, 60, "16", "16", (1, 3), (17, 27), 98, plain, clearinghouse,
            checks_modifiers=True, checks_policy=True, drops_reference=True,
            new_number_for_correction=True,
        ),
        Payer(
            "PAY03", "KEYSTONE MEDICAID", "medicaid", "SKPA0", "521234503", "cms", True, False,
            False, 150, 90, "MC", "MC", (4,), (20, 31), 74, wrapped, clearinghouse,
            checks_modifiers=True, acknowledges=False, denies_whole_claim=True,
        ),
        Payer(
            "PAY04", "BLUE HARBOR HEALTH", "commercial", "54771", "521234504", "ama", True, False,
            False, 180, 180, "BL", "12", (0, 2, 4), (12, 22), 121, plain, clearinghouse,
            checks_modifiers=True, checks_policy=True, units_paid_a_day=4,
        ),
        Payer(
            "PAY05", "GUARDIAN WORK INJURY FUND", "workers_comp", "WCF01", "521234505", "ama",
            False, False, True, 90, 60, "WC", "WC", (2,), (27, 41), 132, newline, clearinghouse,
            acknowledges=False, drops_reference=True, drops_modifiers=True, payment_method="CHK",
        ),
        Payer(
            "PAY06", "ROADWAY AUTO INSURANCE", "auto", "RDWY1", "521234506", "ama", False, False,
            False, 180, 60, "AM", "AM", (3,), (24, 38), 150, one_line, clearinghouse,
            acknowledges=False, payment_method="CHK",
        ),
        Payer(
            "PAY07", "TRICARE EAST", "tricare_va", "TREST", "521234507", "cms", True, True, True,
            365, 90, "CH", "CH", (1, 4), (19, 29), 96, plain, clearinghouse,
            checks_modifiers=True,
        ),
        Payer(
            "PAY08", "SELF PAY", "self_pay", "", "", "cms", False, False, False, None, None,
            "09", "09", (), (0, 0), 110, plain,
        ),
    ]  # fmt: skip

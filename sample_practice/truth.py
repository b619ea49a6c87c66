"""What really happened, for tests only: append-only CSV files straight from the simulation's state.

Where a fact changes later, its row is written again: the last row of a key stands. Nothing here is
read back from the files that the warehouse gets.
"""

from __future__ import annotations

from pathlib import Path

COLUMNS = {
    "appointments": "appointment_id,scheduled_on,status,patient_id,payer_id,clinic_id,provider_id,"
    "no_show_propensity",
    "visits": "visit_id,service_date,patient_id,payer_id,is_self_pay,clinic_id,provider_id,"
    "ended_at,note_signed_at,authorization_id",
    "authorizations": "authorization_id,payer_id,clinic_id,provider_id,requested_on,decided_on,"
    "status,visits_requested,visits_approved",
    # is_adjudicated, is_denied: by the last standing adjudication of a first payer; paid_amount: by
    # all payers, reversals taken off.
    "charges": "charge_id,visit_id,cpt_code,units,charge_amount,expected_amount,posted_on,"
    "voided_on,is_adjudicated,is_denied,allowed_amount,paid_amount",
    "claims": "claim_id,payer_id,clinic_id,provider_id,visit_id,first_service_on,"
    "first_submitted_on,first_outcome,first_rejected_on,first_accepted_on,accepted_by_payer_on,first_adjudicated_on,"
    "first_adjudication_id,first_payment_on,first_payment_amount",
    "submissions": "claim_id,submission_number,claim_number,sequence,frequency,payer_id,"
    "submitted_on,batch_reference,fault,outcome",
    "adjudications": "adjudication_id,claim_id,payer_id,sequence,status,paid_on,is_first,"
    "charge_amount,paid_amount,interest_amount,control_number,reverses_id",
    # expected_allowed_amount: by the contract of the payer who decides; fee_reduction_amount: what
    # is taken off the charge to come to its price.
    "claim_lines": "adjudication_id,line_number,claim_id,charge_id,is_matched,is_first,status,"
    "sequence,paid_on,charge_amount,paid_amount,contractual_amount,patient_responsibility_amount,"
    "outcome,root_cause,is_patient_liability,is_duplicate_only,expected_allowed_amount,"
    "fee_reduction_amount,reasons",
    "payments": "payer_id,paid_on,trace_number,payment_amount,claims_amount,"
    "provider_adjustments_amount,claims",
    "provider_adjustments": "trace_number,payer_id,paid_on,reason,reference,amount",
    "patient_payments": "patient_payment_id,patient_id,visit_id,amount,paid_on,refunded_on",
    "adjustments": "adjustment_id,charge_id,kind,amount,posted_on",
    "ledger": "event_date,kind,amount,charge_id,visit_id,patient_id",
    "unmatched": "reason,claim_id,charge_amount,paid_amount,paid_on",
    "incidents": "happened_on,kind,detail",
}


class Truth:
    """Open files of the truth folder, or nothing at all where there is no folder.

    Each region of a large practice has its own files: <table><suffix>.csv.
    """

    def __init__(self, folder: Path | None, suffix: str = "") -> None:
        self._files = {}
        self._writes = {}
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name, columns in COLUMNS.items():
            file = (folder / f"{name}{suffix}.csv").open("w", encoding="utf-8", newline="")
            file.write(columns + "\n")
            self._files[name] = file
            self._writes[name] = file.write

    def row(self, table: str, text: str) -> None:
        """Append one row to a table of `COLUMNS`; text without the line end."""
        if self._writes:
            self._writes[table](text + "\n")

    def close(self) -> None:
        """Flush and close every file."""
        for file in self._files.values():
            file.close()

"""An independent calculation of the published tables, in plain Python, from a landing folder.

It follows the wording of the contracts (extracts, metrics) and shares no code with the warehouse:
it exists so that a mistake in the SQL is a difference in a test. It reads small folders only.
`oracle.practices` writes the folders it is tried on.

Where the contract leaves room, both read it thus:

- CLP02 23 and 25 never stand and are never first, but what they pay or take as contractual is in
  the receivable: the list of money that is not in it does not name them.
- Contractual in net_collection_rate is that of the charge's state, as in allowed. The ledger holds
  every primary adjudication, so the two differ where a payer answers twice without a reversal.
- "Each charge once per CLP" is about lines matched by their form. Two lines that name one charge in
  REF*6R both belong to it; it is denied when all its lines are.
- A remittance for a sequence that was never submitted (crossed over) finds the lines that the claim
  number submitted in any sequence.
- A group is dated by its GS04, an interchange by its ISA09, a submission by its BHT04.
- A line's own rendering provider (2420A) goes before the claim's (2310B).
- The units of a visit whose payer is in no extract are judged by U-CMS, as those of one without.
- A visit is billed by its primary claim. One whose submissions were all voided or never sent is
  not submitted; rejected is one with a standing submission, all of them rejected.
- An authorization without a first or last day is open on that side.
- The patient's share is that of the last standing adjudication that changes the state.
- A visit and code with a line without minutes is not judged for assistants, evaluations apart;
  codes that are not `timed` are judged as untimed ones.
- Whose rendering provider is unknown is not judged by M-KX, and accrues nothing.
- An edit of indicator 9 in force asks for nothing and justifies nothing, but applies.
- What a claim or a payment names is looked up among all charges; only the charge event waits for
  posted_at.
"""

from oracle.calculation import Tables, calculate

__all__ = ["Tables", "calculate"]

-- One row per claim number that tonight's rebuild reads: those of claims that it concerns.
select claim_id as submitted_claim_id
from {{ ref('int_scope__claims') }}
union
select n.submitted_claim_id
from {{ ref('int_claims__claim_numbers') }} as n
inner join {{ ref('int_scope__claims') }} as c on n.claim_id = c.claim_id

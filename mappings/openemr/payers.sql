-- One payer for each insurance company. The numbers are those of OpenEMR's list of insurance types; what is
-- neither public, a liability nor the patient's own pays as a commercial plan does.
select
    row_number,
    id as payer_id,
    name as payer_name,
    case
        when ins_type_code = '2' then 'medicare'
        when ins_type_code = '15' then 'medicare_advantage'
        when ins_type_code in ('3', '23') then 'medicaid'
        when ins_type_code in ('4', '5', '24') then 'tricare_va'
        when ins_type_code in ('7', '25') then 'workers_comp'
        when ins_type_code in ('16', '20', '21') then 'auto'
        when ins_type_code = '8' then 'self_pay'
        when ins_type_code is not null then 'commercial'
    end as payer_type,
    cms_id as edi_payer_id
from delivered

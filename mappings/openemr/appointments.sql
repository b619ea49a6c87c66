-- One appointment for each event of a patient in the calendar. The signs are OpenEMR's own; one that the
-- practice has added goes to quarantine until it is listed here.
select
    row_number,
    pc_eid as appointment_id,
    pc_pid as patient_id,
    pc_facility as clinic_id,
    pc_aid as provider_id,
    concat_ws(' ', pc_eventdate, pc_starttime) as scheduled_at,
    pc_time as booked_at,
    case
        when pc_apptstatus in ('-', '*', '+', '^', '#', 'AVM', 'SMS', 'EMAIL', 'CALL') then 'scheduled'
        when pc_apptstatus in ('@', '~', '<', '>', '$') then 'completed'
        when pc_apptstatus = '?' then 'no_show'
        when pc_apptstatus = 'x' then 'cancelled'
        when pc_apptstatus in ('%', '!') then 'late_cancelled'
        when pc_apptstatus in ('=', '&') then 'rescheduled'
        else coalesce(pc_apptstatus, 'scheduled')
    end as status,
    case
        when coalesce(pc_pid, '0') = '0' then 'Not an appointment of a patient.'
        when pc_recurrtype <> '0' then 'A series, of which no single day is known.'
    end as left_out
from delivered

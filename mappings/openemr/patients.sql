-- One patient for each row; pubpid is the number that people see.
select
    row_number,
    pid as patient_id,
    pubpid as mrn,
    fname as first_name,
    lname as last_name,
    dob as birth_date,
    sex,
    postal_code,
    coalesce(phone_cell, phone_home) as phone,
    email
from delivered

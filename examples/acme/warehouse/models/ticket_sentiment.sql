-- Nightly: mood of each ticket. Nobody listed this one in holdfast.yaml.
{{ config(materialized='incremental', unique_key='ticket_id') }}

select
    ticket_id,
    snowflake.cortex.complete('claude-3-5-sonnet', concat('One word for the mood: ', body)) as mood
from {{ ref('tickets') }}

-- The counts of the compliance page, by index alone, however long the history.
select wib_as_owner();

create index compliance_decisions_day on compliance_decisions (org_id, decided_at) include (allowed);
create index calls_intent on calls (org_id, intent_at);

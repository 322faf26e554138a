-- When a webhook last came in is asked by every probe: by index, however long the history.
select wib_as_owner();

create index webhook_events_received on webhook_events (received_at);

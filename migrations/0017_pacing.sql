-- What pacing learns and decides, kept so that it outlives its process and can be done again.
select wib_as_owner();

-- What the pacer has learned of a campaign's calls (docs/PACING.md); null until it has learned anything. Who has the
-- lease writes it.
alter table pacer_leases
  add column learned text,
  add column learned_at timestamptz;

-- `wanted` is what `plan(inputs)` said, `dial` how many people there were to dial; null before this release, whose
-- inputs cannot be planned again.
alter table pacing_decisions add column wanted int;

-- The lines a campaign may use at once; null: what the account allows.
alter table campaigns add column max_lines int constraint campaigns_max_lines_range check (max_lines between 1 and 10000);

-- Roles, the one clock, and the two helpers every later migration builds on.
--
-- Where the migrating user may create roles, tenants are kept apart by who you are: `wib_app` logs in, owns
-- nothing and inherits nothing; `wib_system` is what the platform becomes to look across organisations (claims,
-- sign-in, webhooks); `wib_operator` reads the `facts` views. Where a host forbids roles, the very same policies
-- read a setting instead, and the owner itself is held by FORCE; `wib doctor` says what is weaker then.

create table installation (
  single boolean primary key default true check (single),
  -- how tenants are kept apart here: by 'roles', or by 'settings' where the host forbids roles
  isolation text not null check (isolation in ('roles', 'settings')),
  created_at timestamptz not null default now()
);

do $$
declare
  may_create boolean := (select rolsuper or rolcreaterole from pg_roles where rolname = current_user);
  role_name text;
begin
  if may_create then
    foreach role_name in array array['wib_owner nologin', 'wib_system nologin', 'wib_operator nologin', 'wib_app login noinherit'] loop
      begin
        execute 'create role ' || role_name;
      exception when duplicate_object or unique_violation then null; -- another database of this cluster made it
      end;
    end loop;
    begin
      grant wib_system to wib_app;
      grant wib_system to wib_owner; -- so that definer functions, owned by wib_owner, look across organisations
      execute format('grant wib_owner, wib_system, wib_app, wib_operator to %I', current_user);
    exception when unique_violation or raise_exception then null; -- granted by a neighbour at the same moment
      when others then if sqlerrm not like '%concurrently updated%' then raise; end if;
    end;
    grant usage, create on schema public to wib_owner;
    execute format('grant create on database %I to wib_owner', current_database());
    grant usage on schema public to wib_app, wib_system, wib_operator;
    insert into installation (isolation) values ('roles');
    grant select on installation to wib_app, wib_system;
    if to_regclass('_sqlx_migrations') is not null then
      grant select on _sqlx_migrations to wib_app, wib_system;
      grant select, insert on _sqlx_migrations to wib_owner; -- the migrator notes each file in the file's own transaction
    end if;
  else
    insert into installation (isolation) values ('settings');
  end if;
end $$;

-- Makes the rest of the migration's transaction run as the owner of everything.
create function wib_as_owner() returns void language plpgsql as $$
begin
  if (select isolation from installation) = 'roles' then
    perform set_config('role', 'wib_owner', true);
  end if;
end $$;
do $$ begin
  if (select isolation from installation) = 'roles' then
    grant all on installation to wib_owner;
    grant execute on function wib_as_owner() to wib_owner;
  end if;
end $$;
select wib_as_owner();

-- Row security for a table that belongs to organisations. `app.org_id` is set at the start of every tenant
-- transaction; unset means no rows, never all rows.
create function wib_protect(_table regclass, _append_only boolean default false, _column text default 'org_id') returns void
language plpgsql as $$
declare
  mine text := format('%I = nullif(current_setting(''app.org_id'', true), '''')::uuid', _column);
  -- A transaction says `app.system`; a function may not, where its owner is no superuser, so it says it in its search path.
  system text := $s$(current_setting('app.system', true) = 'on' or current_setting('search_path') like '%wib_system')$s$;
  changes text := case when _append_only then 'select, insert' else 'select, insert, update, delete' end;
begin
  execute format('alter table %s enable row level security', _table);
  execute format('alter table %s force row level security', _table);
  execute format('create policy tenant on %s using (%s) with check (%s)', _table, mine, mine);
  if (select isolation from installation) = 'roles' then
    execute format('create policy system on %s to wib_system using (true) with check (true)', _table);
    execute format('create policy operator on %s for select to wib_operator using (true)', _table);
    execute format('grant %s on %s to wib_app, wib_system', changes, _table);
    execute format('grant select on %s to wib_operator', _table);
  else
    execute format('create policy system on %1$s using (%2$s) with check (%2$s)', _table, system);
  end if;
end $$;

-- A table that belongs to the installation, not to an organisation: no row security, plain grants.
create function wib_share(_table regclass, _rights text default 'select, insert, update, delete') returns void
language plpgsql as $$
begin
  if (select isolation from installation) = 'roles' then
    execute format('grant %s on %s to wib_app, wib_system', _rights, _table);
    execute format('grant select on %s to wib_operator', _table);
  end if;
end $$;

-- A function that looks across organisations on behalf of whoever may execute it: its search path is pinned.
create function wib_definer(_function regprocedure) returns void
language plpgsql as $$
begin
  execute format('alter function %s security definer set search_path = public, pg_temp', _function);
  if (select isolation from installation) = 'roles' then
    execute format('revoke all on function %s from public', _function);
    execute format('grant execute on function %s to wib_app, wib_system', _function);
  else
    -- there is no such schema: the name is what the policies look for
    execute format('alter function %s set search_path = public, pg_temp, wib_system', _function);
  end if;
end $$;

-- THE clock. Real time, unless a development, demo, bench or test database has its one row here.
create table sim_clock (
  single boolean primary key default true check (single),
  anchor_real timestamptz not null,
  anchor_virtual timestamptz not null,
  speed double precision not null check (speed >= 0)
);
select wib_share('sim_clock');

create function wib_now() returns timestamptz language sql volatile as $$
  select coalesce((select anchor_virtual + (clock_timestamp() - anchor_real) * speed from sim_clock), clock_timestamp())
$$;

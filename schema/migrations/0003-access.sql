-- Who may do what, what was published, and which rows a caller sees. docs/access.md is the manual.

-- ---------------------------------------------------------------- grants, keys, what was done

-- In order: each role from VIEWER on may do all that the ones before it may. PARTNER stands apart.
create type access_role as enum ('PARTNER', 'VIEWER', 'ANALYST', 'REPORTER', 'APPROVER', 'CAMPAIGN_MANAGER', 'ADMIN');

-- Never edited but for its end, never deleted.
create table role_grant (
  id int generated always as identity primary key,
  -- The subject of a token, or key:<id of an API key>.
  principal text collate "C" not null check (principal <> '' and length(principal) <= 255),
  role access_role not null check (role = 'PARTNER' or principal not like 'key:%'),
  unit_id int not null references org_unit,
  starts date not null,
  -- The last day on which it holds; null: until revoked.
  ends date check (ends >= starts),
  granted_at timestamptz not null default now(),
  -- Null: whoever owns the database.
  granted_by text collate "C",
  revoked_at timestamptz,
  revoked_by text collate "C",
  check (revoked_by is null or revoked_at is not null)
);
create index role_grant_principal on role_grant (principal) where revoked_at is null;
create index role_grant_unit on role_grant (unit_id);

-- A key's grants are those of the principal key:<id>.
create table api_key (
  -- Public: the part of the key that tells which one it is.
  id text collate "C" primary key check (id ~ '^[a-z0-9]{12}$'),
  name text not null check (name <> '' and length(name) <= 200),
  -- Whose ADMINs manage it.
  unit_id int not null references org_unit,
  -- argon2id, of the secret part.
  secret_hash text not null check (secret_hash like '$argon2id$%'),
  created_at timestamptz not null default now(),
  created_by text collate "C",
  -- The last day on which it is taken.
  expires_on date not null,
  revoked_at timestamptz,
  revoked_by text collate "C",
  last_used_at timestamptz
);
create index api_key_unit on api_key (unit_id);

-- What callers changed: rows are added and read, nothing else.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- Null: whoever owns the database.
  principal text collate "C",
  action text collate "C" not null check (action ~ '^[A-Z_]+$'),
  unit_id int references org_unit,
  before jsonb,
  after jsonb,
  request_id text
);
create index audit_log_unit on audit_log (unit_id, id);

-- ---------------------------------------------------------------- publications

create type audience as enum ('PARTNER', 'PUBLIC');

-- A snapshot of a total. What it says is never edited; it is current until withdrawn or published anew. Who did so is in
-- the audit log.
create table publication (
  id int generated always as identity primary key,
  unit_id int not null references org_unit,
  -- Where the unit stands, for the row scope: its path, kept by structure_refresh_paths().
  path ltree not null,
  campaign_id int not null references campaign,
  phase_id int references campaign_phase,
  indicator_id int not null references indicator,
  measure measure not null,
  as_of date not null,
  audience audience not null,
  value numeric(24, 4) not null,
  qualifier qualifier not null,
  origin total_origin not null,
  complete boolean not null,
  -- Date of the last figure that had moved the total.
  moved_on date not null,
  published_at timestamptz not null default now(),
  source text,
  note text,
  ended_at timestamptz,
  end_reason text,
  check (ended_at is not null or end_reason is null)
);
create unique index publication_current on publication (unit_id, campaign_id, phase_id, indicator_id, measure, as_of) nulls not distinct where ended_at is null;
create index publication_unit on publication (unit_id, campaign_id);
create index publication_campaign on publication (campaign_id) where ended_at is null;
create index publication_indicator on publication (indicator_id) where ended_at is null;

-- What a publication gives away: in a series, the sum of figures that its total was (of a RATIO, of each of its parts).
-- Kept when the publication ends: who has read it knows it.
create table publication_equation (
  publication_id int not null references publication,
  series_id int not null references series,
  -- Figures added, and taken off; one that counts twice stands there twice.
  plus bigint[] not null,
  minus bigint[] not null default '{}',
  primary key (publication_id, series_id)
);
create index publication_equation_series on publication_equation (series_id);

-- The tree, campaigns and indicators, figures and balances.
-- Frozen once released: later changes are later files.

create extension if not exists ltree;
create extension if not exists btree_gist;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- ---------------------------------------------------------------- text

-- Folds case, accents, đ, quotes and dashes, so that "hoá", "hóa" and "HOA" are one. Immutable as long as nobody edits
-- the dictionary of unaccent.
create function fold(text) returns text
language plpgsql immutable strict parallel safe as $$
begin
  return btrim(lower(unaccent('unaccent', normalize($1, NFC))));
end $$;

create function fold_all(variadic text[]) returns text
language plpgsql immutable parallel safe as $$
begin
  return btrim(lower(unaccent('unaccent', normalize(array_to_string($1, ' '), NFC))));
end $$;

-- ---------------------------------------------------------------- org units

create type org_level as enum ('NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS');
create type org_unit_kind as enum ('CONFEDERATION', 'PROVINCIAL_FEDERATION', 'CENTRAL_SECTORAL_UNION', 'VGCL_CORPORATION_UNION',
  'DISTRICT_FEDERATION', 'LOCAL_SECTORAL_UNION', 'ZONE_UNION', 'COMMUNE_UNION', 'GRASSROOTS_UNION', 'GRASSROOTS_SYNDICATE', 'SECTIONAL_UNION');
create type sector as enum ('BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER');
create type ownership as enum ('STATE', 'NON_STATE', 'FDI');
create type date_precision as enum ('DAY', 'MONTH', 'YEAR');
create type qualifier as enum ('EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT');

create table org_unit (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  name text collate "vi-x-icu" not null,
  name_en text,
  aliases text[] not null default '{}',
  level org_level not null,
  kind org_unit_kind not null,
  sector sector,
  ownership ownership,
  valid_from date not null,
  closed_on date check (closed_on > valid_from),
  successor_id int references org_unit,
  -- Among units of one level: a successor stands one tier above the closed units placed beneath it.
  tier smallint not null default 0,
  -- Ids from the root to the unit, by the placement of the day (placement_day). Null only inside a transaction.
  path ltree,
  search_text text generated always as (fold_all(variadic array[code, name, name_en] || aliases)) stored,
  source text,
  note text
);
create index org_unit_sector on org_unit (sector, code) where sector is not null;
create index org_unit_successor on org_unit (successor_id) where successor_id is not null;

-- Who stands under whom, and when. The root has no placement.
create table placement (
  unit_id int not null,
  parent_id int not null,
  during daterange not null check (not isempty(during) and not lower_inf(during)),
  starts date generated always as (lower(during)) stored,
  ends date generated always as (coalesce(upper(during), 'infinity')) stored,
  check (unit_id <> parent_id)
);
create index placement_unit on placement (unit_id, starts);
create index placement_parent on placement (parent_id, starts);

-- Where the word of a placement or a closure comes from.
create table structure_source (
  unit_id int not null references org_unit,
  starts date not null,
  source text,
  note text,
  primary key (unit_id, starts)
);

-- Derived from placement: every unbroken stay of a unit beneath an ancestor, by whatever parents. Ancestors of a day,
-- root first, are in order of level, and within a level of falling tier.
create table ancestry (
  unit_id int not null,
  ancestor_id int not null,
  starts date not null,
  ends date not null,
  -- The unit began there; else it came from elsewhere.
  founding boolean not null
);
create index ancestry_came on ancestry (ancestor_id, starts) where not founding;
create index ancestry_left on ancestry (ancestor_id, ends) where ends < 'infinity';

-- Derived: how many direct children, and how many descendants of each level, are active from that day on.
create table census (
  unit_id int not null,
  starts date not null,
  children int not null,
  provincial int not null,
  upper_grassroots int not null,
  grassroots int not null,
  sub_grassroots int not null,
  primary key (unit_id, starts)
);

-- The day for which org_unit.path holds.
create table placement_day (
  singleton boolean primary key default true check (singleton),
  day date not null
);

create type cluster_kind as enum ('CLUSTER', 'BLOC');
create table emulation_cluster (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  owner_id int not null references org_unit,
  name text not null,
  kind cluster_kind not null,
  year smallint not null,
  lead_unit_id int references org_unit,
  source text,
  note text
);
create index emulation_cluster_owner on emulation_cluster (owner_id, year);
create table emulation_cluster_member (
  cluster_id int not null references emulation_cluster,
  unit_id int not null references org_unit,
  primary key (cluster_id, unit_id)
);
create index emulation_cluster_member_unit on emulation_cluster_member (unit_id);

-- Dated numbers of what a unit has: members, workers, unions.
create type counted as enum ('MEMBERS', 'WORKERS', 'UNIONS');
create table member_count (
  unit_id int not null references org_unit,
  "of" counted not null,
  as_of date not null,
  value numeric(20, 4) not null check (value >= 0),
  qualifier qualifier not null default 'EXACT',
  source text,
  note text,
  primary key (unit_id, "of", as_of)
);

-- ---------------------------------------------------------------- campaigns and indicators

create type aggregation as enum ('SUM', 'RATIO', 'NONE');
create type counting_stage as enum ('REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'VALID', 'RECOGNISED', 'APPLIED');
create table indicator (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  name text collate "vi-x-icu" not null,
  name_en text,
  unit_of_measure text not null,
  aggregation aggregation not null,
  numerator_id int references indicator,
  denominator_id int references indicator,
  counting_stage counting_stage,
  source text,
  note text,
  check ((numerator_id is null) = (denominator_id is null)),
  check (numerator_id is null or aggregation = 'RATIO')
);

create type campaign_kind as enum ('MOVEMENT', 'PROGRAMME', 'DRIVE', 'SPECIAL_DRIVE', 'ACTION_MONTH');
create type cadence as enum ('REGULAR', 'THEMATIC');
create table campaign (
  id int generated always as identity primary key,
  code text collate "C" not null unique,
  name text collate "vi-x-icu" not null,
  name_en text,
  aliases text[] not null default '{}',
  kind campaign_kind not null,
  cadence cadence,
  launched_by_id int references org_unit,
  external_launcher text,
  launched_on date,
  starts_on date,
  starts_on_precision date_precision not null default 'DAY',
  ends_on date,
  ends_on_precision date_precision not null default 'DAY',
  theme text,
  objective text,
  content text,
  measures text,
  audience text,
  implements_id int references campaign,
  preceded_by_id int references campaign,
  search_text text generated always as (fold_all(variadic array[code, name, name_en] || aliases)) stored,
  source text,
  note text,
  check ((launched_by_id is null) <> (external_launcher is null)),
  check (ends_on >= starts_on)
);
create index campaign_search on campaign using gin (search_text gin_trgm_ops);
create index campaign_launcher on campaign (launched_by_id, code);
create index campaign_implements on campaign (implements_id, code);
create index campaign_kind on campaign (kind, code);
create index campaign_starts on campaign (starts_on, code);

-- Symmetric: kept once, lower id first. Nothing is summed through a link.
create table campaign_link (
  campaign_id int not null references campaign,
  linked_id int not null references campaign,
  primary key (campaign_id, linked_id),
  check (campaign_id < linked_id)
);
create index campaign_link_linked on campaign_link (linked_id);

create type phase_kind as enum ('PHASE', 'ROUND', 'PEAK');
create table campaign_phase (
  id int generated always as identity primary key,
  campaign_id int not null references campaign,
  code text collate "C" not null,
  name text not null,
  kind phase_kind not null,
  theme text,
  starts_on date,
  starts_on_precision date_precision not null default 'DAY',
  ends_on date,
  ends_on_precision date_precision not null default 'DAY',
  unique (campaign_id, code),
  check (ends_on >= starts_on)
);

-- A norm is no figure: so much per member or union of the unit (a target of basis NORM).
create type norm_per as enum ('MEMBER', 'UNION');
create table norm (
  id int generated always as identity primary key,
  unit_id int not null references org_unit,
  campaign_id int not null references campaign,
  phase_id int references campaign_phase,
  indicator_id int not null references indicator,
  decided_on date not null,
  value numeric(20, 4) not null check (value >= 0),
  per norm_per not null,
  qualifier qualifier not null default 'EXACT',
  counterpart_id int references org_unit,
  source text,
  note text,
  withdrawn boolean not null default false,
  end_reason text
);
create unique index norm_current on norm (unit_id, campaign_id, phase_id, indicator_id, decided_on) nulls not distinct where not withdrawn;

-- ---------------------------------------------------------------- the ledger

create type measure as enum ('RESULT', 'ASSIGNED', 'REGISTERED', 'SELF_SET');
create table series (
  id int generated always as identity primary key,
  campaign_id int not null references campaign,
  phase_id int references campaign_phase,
  indicator_id int not null references indicator,
  measure measure not null,
  -- Of a SUM indicator. Others show at their unit and flow nowhere.
  flows boolean not null,
  unique nulls not distinct (campaign_id, phase_id, indicator_id, measure)
);
create index series_indicator on series (indicator_id);

create type figure_coverage as enum ('OWN', 'SUBTREE');
create type figure_status as enum ('APPROVED', 'SUPERSEDED', 'WITHDRAWN');
-- What a unit stated, once and for all: rows are never deleted, and only their status moves on.
create table figure (
  id bigint generated always as identity primary key,
  series_id int not null references series,
  unit_id int not null references org_unit,
  coverage figure_coverage not null,
  -- asOf of a result, decidedOn of a target.
  date date not null,
  value numeric(20, 4) not null check (value >= 0),
  qualifier qualifier not null default 'EXACT',
  status figure_status not null default 'APPROVED',
  counterpart_id int references org_unit,
  stated_percent numeric(20, 4),
  stated_basis measure,
  derived boolean not null default false,
  source text,
  note text,
  recorded_at timestamptz not null default now(),
  -- When it stopped being current, and by which figure (null where withdrawn).
  ended_at timestamptz,
  superseded_by bigint references figure,
  end_reason text
);
create unique index figure_current on figure (series_id, unit_id, coverage, date) where status = 'APPROVED';
create index figure_past on figure (series_id, unit_id, coverage, date) where status <> 'APPROVED';
create index figure_unit on figure (unit_id, date, id);
create index figure_superseded_by on figure (superseded_by) where superseded_by is not null;

create type total_origin as enum ('STATED', 'ADJUSTED', 'SUMMED');
-- What is known of a unit in a series from one day on: its total, and what a card shows beside it.
create type balance_state as (
  total numeric(24, 4),
  -- Sum of the members' totals: what the unit itself holds is total - members_total.
  members_total numeric(24, 4),
  origin total_origin,
  complete boolean,
  qualifier qualifier,
  as_of date,
  detail numeric(24, 4),
  unexplained numeric(24, 4),
  -- Date of the SUBTREE figure (or target) in force.
  subtree_on date,
  -- Of what the unit holds: whether any of it is inexact, and its latest figure. Null where it holds nothing.
  held_inexact boolean,
  held_on date,
  -- Active children, and active descendants by level, that have a total.
  reported_children int,
  reported_provincial int,
  reported_upper_grassroots int,
  reported_grassroots int,
  reported_sub_grassroots int
);
-- Kept by the ledger's functions alone: each row holds from its date until the next row's. No row equals the one
-- before it; before the first, nothing is known.
create table balance (
  unit_id int not null,
  series_id int not null,
  date date not null,
  until date not null,
  total numeric(24, 4),
  members_total numeric(24, 4) not null,
  origin total_origin,
  complete boolean not null,
  qualifier qualifier,
  as_of date,
  detail numeric(24, 4),
  unexplained numeric(24, 4),
  subtree_on date,
  held_inexact boolean not null,
  held_on date,
  reported_children int not null,
  reported_provincial int not null,
  reported_upper_grassroots int not null,
  reported_grassroots int not null,
  reported_sub_grassroots int not null,
  primary key (unit_id, series_id, date)
);
-- The row in force on a day is the first that ends after it; the current one ends at infinity.
create unique index balance_until on balance (unit_id, series_id, until);
create index balance_series on balance (series_id, unit_id);

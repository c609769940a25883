-- The secret under which row numbers are shown as ids: of this database, so that an id stays the same across restarts
-- and processes.
create table node_id_key (
  singleton boolean primary key default true check (singleton),
  key bytea not null check (length(key) = 16)
);
insert into node_id_key (key) values (decode(replace(gen_random_uuid()::text, '-', ''), 'hex'));
grant select on node_id_key to liendoan_api;

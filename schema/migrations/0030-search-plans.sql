-- Where a short word begins many names, the planner takes some of them from the table's beginning, and reads all of it
-- where they stand at its end: an index has them together.
alter function search_units(text, ltree, int, int, int, text, int) set enable_seqscan = off;

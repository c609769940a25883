-- What a unit assigned, or has registered with it.
create index figure_counterpart on figure (counterpart_id, series_id) where counterpart_id is not null;

-- The way of a result: DRAFT, SUBMITTED, RETURNED or APPROVED. A value can be used only once it is committed.
alter type figure_status add value 'DRAFT' before 'APPROVED';
alter type figure_status add value 'SUBMITTED' before 'APPROVED';
alter type figure_status add value 'RETURNED' before 'APPROVED';

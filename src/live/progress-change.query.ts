import { keyedQuery } from '../shared/database/reads.js';

/** A series of a campaign in which a unit has a total on a day. */
export interface Standing {
  readonly series: number;
  readonly phase: string | null;
  readonly indicator: string;
  readonly indicatorKey: number;
  /** All that is shown of it, as a number: equal while none of it changes. */
  readonly state: string;
}

/** Of (unit, campaign, day): those of which anything is shown. What is kept beside a percentage is not. */
export const standingsOf = keyedQuery<Standing>(
  ['int', 'int', 'date'],
  `select s.id as series, p.code as phase, i.code as indicator, i.id as "indicatorKey",
     hashtextextended(case when s.measure = 'RESULT'
       then row(b.total, b.origin, b.complete, b.qualifier, b.as_of, v.detail, v.unexplained,
         b.reported_children, b.reported_provincial, b.reported_upper_grassroots, b.reported_grassroots, b.reported_sub_grassroots)::text
       else row(b.total, b.origin, b.complete, b.qualifier, b.as_of, v.given)::text end, 0)::text as state
   from series s join balance b on b.series_id = s.id and b.unit_id = k.p0 and b.date <= k.p2 and b.until > k.p2
   join indicator i on i.id = s.indicator_id left join campaign_phase p on p.id = s.phase_id
   cross join lateral (select case when i.aggregation <> 'RATIO' then b.detail end as detail, case when i.aggregation <> 'RATIO' then b.unexplained end as unexplained,
     case when i.aggregation <> 'RATIO' and b.subtree_on is not null then b.members_total end as given) v
   where s.campaign_id = k.p1 and (b.total is not null or s.measure = 'RESULT' and (num_nonnulls(v.detail, v.unexplained) > 0
     or b.reported_children + b.reported_provincial + b.reported_upper_grassroots + b.reported_grassroots + b.reported_sub_grassroots > 0))`,
);

/** Of (indicator): the RATIOs that it is a part of, with the keys of both parts. */
export const ratiosOf = keyedQuery<{ readonly code: string; readonly numerator: number; readonly denominator: number }>(
  ['int'],
  `select i.code, i.numerator_id as numerator, i.denominator_id as denominator from indicator i where k.p0 in (i.numerator_id, i.denominator_id)`,
);

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importRecords } from '../../src/exchange/import.service.js';
import { isoOf } from '../../src/ledger/replay.js';
import { instant } from '../../src/shared/database/instant.js';
import { verify } from '../../src/ledger/verify.service.js';
import { correctPlacement } from '../support/correct-placement.js';
import { histories, type History } from '../support/histories.js';
import { startTestServer, type TestServer } from '../support/server.js';

const RUNS = 8;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
});
afterAll(() => server.close());

beforeEach(clear);
async function clear(): Promise<void> {
  await server.db.pool.query(
    `truncate org_unit, structure_source, structure_record, placement, ancestry, census, census_past, campaign, campaign_phase, indicator, series, figure,
     balance, balance_past, part_sum, ledger_load restart identity cascade`,
  );
}

async function value<T>(text: string, values: readonly unknown[] = []): Promise<T> {
  const { rows } = await server.db.pool.query<{ it: T }>(text, [...values]);
  return rows[0]!.it;
}

/** As the clock of the database has it, as an instant that the API takes. */
const momentNow = (): Promise<string> => value(`select ${instant('clock_timestamp()')} as it`);

const TOTAL = '{ value qualifier asOf origin complete }';
const CARD = `fragment card on Progress {
  asOf result ${TOTAL} assigned: target(basis: ASSIGNED) ${TOTAL} registered: target(basis: REGISTERED) ${TOTAL} norm: target(basis: NORM) ${TOTAL}
  completionPercent byNorm: completionPercent(basis: NORM) unallocated detail unexplained
  children: coverage { expected reported percent } grassroots: coverage(level: GRASSROOTS) { expected reported percent }
}`;

interface Asked {
  readonly unit: string;
  readonly campaign: string;
  readonly indicator: string;
  readonly phase?: string | null;
  readonly asOf: string;
}

async function ask(asked: readonly Asked[], knownAt?: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (let from = 0; from < asked.length; from += 8) {
    const some = asked.slice(from, from + 8);
    const cards = some.map(({ unit, campaign, indicator, phase, asOf }, i) => {
      const known = knownAt === undefined ? '' : `, knownAt: "${knownAt}"`;
      return `u${i}: orgUnit(code: "${unit}") { progress(campaign: "${campaign}", indicator: "${indicator}", phase: ${JSON.stringify(phase ?? null)}, asOf: "${asOf}"${known}) { ...card } }`;
    });
    const { data, errors } = await server.query(`{ ${cards.join('\n')} } ${CARD}`);
    expect(errors).toBeUndefined();
    answers.push(...some.map((_, i) => data[`u${i}`]?.progress ?? null));
  }
  return answers;
}

/** All rows of both tables, as they are and as they were known; what a unit did itself is kept of now alone. */
const ROWS = `jsonb_build_object(
  'balance', (select coalesce(jsonb_agg(to_jsonb(b) - 'until' - 'own' - 'own_qualifier' - 'recorded_at' - 'removed_at' order by unit_id, series_id, date), '[]') from (%BALANCE%) b),
  'census', (select coalesce(jsonb_agg(to_jsonb(c) - 'recorded_at' - 'removed_at' order by unit_id, starts), '[]') from (%CENSUS%) c))`;
const rowsNow = (): Promise<unknown> => value(`select ${ROWS.replace('%BALANCE%', 'select * from balance').replace('%CENSUS%', 'select * from census')} as it`);
const COLUMNS = (table: string) => `(select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and attname <> 'removed_at')`;
async function rowsKnown(moment: string): Promise<unknown> {
  const [balance, census] = [await value<string>(`select ${COLUMNS('balance_past')} as it`), await value<string>(`select ${COLUMNS('census_past')} as it`)];
  const known = (table: string, columns: string) =>
    `select ${columns} from ${table} where recorded_at <= $1 union all select ${columns} from ${table}_past where recorded_at <= $1 and removed_at > $1`;
  const at = moment.replace('Z', '999Z');
  return value(`select ${ROWS.replace('%BALANCE%', known('balance', balance)).replace('%CENSUS%', known('census', census))} as it`, [at]);
}

/** What is stated of the tree otherwise in the meantime: a placement corrected to another parent, and later back again. */
const wandering = fc.array(fc.record({ after: fc.nat({ max: 30 }), placement: fc.nat(), parent: fc.nat(), back: fc.boolean() }), { maxLength: 6, size: 'max' });

describe('what was known at a moment', () => {
  test(`is what was answered at that moment, whatever came after (${RUNS} histories)`, { timeout: 600_000 }, async () => {
    let corrected = 0;
    await fc.assert(
      fc.asyncProperty(histories(), wandering, fc.nat(), async (history, detours, seed) => {
        await clear();
        const asked = cardsOf(history, seed);
        const remembered: { moment: string; cards: unknown[]; rows: unknown }[] = [];
        const remember = async (): Promise<void> => {
          const rows = await rowsNow();
          const cards = await ask(asked);
          remembered.push({ moment: await momentNow(), cards, rows });
        };
        const [deal] = history.deals;
        for (const [i, batch] of deal.entries()) {
          expect((await importRecords(server.db, batch)).errors).toEqual([]);
          await remember();
          for (const detour of detours.filter(({ after }) => after % deal.length === i)) {
            const undo = await correctPlacement(server.db, detour.placement, detour.parent);
            if (undo === undefined) continue;
            corrected++;
            await remember();
            // What comes later rests on the tree as it was; after the last batch nothing does.
            if (i < deal.length - 1 || detour.back) {
              expect((await importRecords(server.db, [undo])).errors).toEqual([]);
              await remember();
            }
          }
        }
        for (const { moment, cards, rows } of remembered) {
          expect(await rowsKnown(moment)).toEqual(rows);
          expectKnown(await ask(asked, moment), cards);
        }
        expect(await verify(server.db.pool, { moments: 1000 })).toMatchObject({ differences: [], moments: await value('select count(*)::int - 1 as it from (select recorded_at from structure_record union select recorded_at from balance union select removed_at from balance_past union select recorded_at from balance_past union select recorded_at from census union select recorded_at from census_past union select removed_at from census_past) m') });
      }),
      { numRuns: RUNS },
    );
    // Else the placements of all histories leave no other choice.
    expect(corrected).toBeGreaterThan(0);
  });
});

/** Where unit, campaign or phase were not there yet, nothing had been answered: nothing is known of them then. */
function expectKnown(known: readonly unknown[], answered: readonly unknown[]): void {
  const nothing = { result: null, assigned: null, registered: null, norm: null, detail: null, unexplained: null, unallocated: null };
  known.forEach((card, i) => {
    if (answered[i] === null) expect(card).toMatchObject({ ...nothing, children: { reported: 0 }, grassroots: { reported: 0 } });
    else expect(card).toEqual(answered[i]);
  });
}

/** Some cards of every unit. */
function cardsOf({ net, days }: History, seed: number): Asked[] {
  const series = [...new Map(net.series.map(({ campaign, phase, indicator }) => [`${campaign}/${phase}/${indicator}`, { campaign, phase, indicator }])).values()];
  return net.units.flatMap(({ id, validFrom }, i) => {
    const of = series[(seed + i) % series.length];
    const possible = days.filter((day) => day >= validFrom);
    return of === undefined ? [] : [0, 1].map((n) => ({ unit: id as string, ...of, asOf: isoOf(possible[(seed + i * 7 + n * 11) % possible.length]!) }));
  });
}

const unit = (code: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name: code, level, kind, parent, validFrom: '2020-01-01' });
const result = (of: string, indicator: string, amount: number, more: object = {}) => ({ type: 'result', unit: of, campaign: 'K', indicator, coverage: 'OWN', asOf: '2022-03-01', value: amount, ...more });
const target = (of: string, basis: string, amount: number, more: object = {}) => ({ type: 'target', unit: of, campaign: 'K', indicator: 'I', basis, decidedOn: '2022-01-01', value: amount, ...more });

const FIRST = [
  unit('N', 'NATIONAL', 'CONFEDERATION', null), unit('P', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'), unit('Q', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
  ...['A', 'B', 'C'].map((code) => unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', 'P')),
  ...['I', 'J'].map((code) => ({ type: 'indicator', code, name: code, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' })),
  { type: 'indicator', code: 'R', name: 'R', unitOfMeasure: '%', aggregation: 'RATIO', numerator: 'I', denominator: 'J' },
  { type: 'campaign', code: 'K', name: 'K', campaignKind: 'PROGRAMME', launchedBy: 'N' },
];

describe('asked for', () => {
  const QUERY = (args: string, more = '') => `{ orgUnit(code: "P") { ${more} progress(campaign: "K", indicator: "I"${args}) { asOf result { value } } } }`;
  const knownAt = (moment: string) => `, knownAt: ${JSON.stringify(moment)}`;

  beforeEach(async () => {
    expect((await importRecords(server.db, [...FIRST, result('A', 'I', 10), result('B', 'I', 5)])).errors).toEqual([]);
  });

  test('the day is that of the moment in Việt Nam, unless given', async () => {
    const asOf = async (args: string): Promise<string> => (await server.query(QUERY(args))).data.orgUnit.progress.asOf;
    expect(await asOf(knownAt('2022-03-01T17:00:00Z'))).toBe('2022-03-02');
    expect(await asOf(knownAt('2022-03-01T23:59:59.999+07:00'))).toBe('2022-03-01');
    expect(await asOf(`${knownAt('2022-03-01T17:00:00Z')}, asOf: "2021-01-01"`)).toBe('2021-01-01');
  });

  test.each(['2022-03-01', 'yesterday', '2022-02-30T00:00:00Z', '2022-03-01T00:00:00', '2022-03-01T25:00:00Z', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00+07:00', '9999-12-31T23:59:59-07:00', '2022-03-01T00:00:00Z\u0000'])(
    'what is no instant is refused: %s',
    async (moment) => {
      const { errors } = await server.query(QUERY(knownAt(moment)));
      expect(errors).toMatchObject([{ path: ['orgUnit', 'progress'], extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );

  test('what is still to come is refused, whatever else is asked', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const { errors } = await server.query(QUERY(knownAt(soon), `scorecard(campaign: "nothing", indicators: ["I"]${knownAt(soon)}) { asOf }`));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }, { extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await server.query(QUERY(knownAt(await momentNow())))).data.orgUnit.progress.result.value).toBe(15);
  });

  test('outside the scope there is no looking back, also where a total is published', async () => {
    await server.grant('of-Q', 'VIEWER', 'Q');
    await server.load([result('C', 'I', 1), { type: 'publication', unit: 'P', campaign: 'K', indicator: 'I', asOf: '2022-03-01', audience: 'PUBLIC' }]);
    const as = await server.tokenFor('of-Q');
    expect((await server.query(QUERY(''), {}, { as })).data.orgUnit.progress).toEqual({ asOf: '2022-03-01', result: { value: 16 } });
    expect((await server.query(QUERY(knownAt(await momentNow())), {}, { as })).data.orgUnit.progress).toBeNull();
  });

  test('a moment at which an import was under way is answered as before it', async () => {
    const { at, inside, until } = await value<{ at: string; inside: string; until: string }>(
      `select json_build_object('at', ${instant("(at - interval '1 ms')")}, 'inside', ${instant("(at + (until - at) / 2)")}, 'until', ${instant("(until + interval '1 ms')")}) as it from ledger_load`,
    );
    const known = async (moment: string): Promise<unknown> => (await server.query(QUERY(`${knownAt(moment)}, asOf: "2022-12-31"`))).data.orgUnit.progress.result;
    expect([await known(at), await known(inside), await known(until)]).toEqual([null, null, { value: 15 }]);
  });

  test('so many statements, however many units are asked for', async () => {
    const moment = await momentNow();
    const count = async (units: readonly string[]): Promise<number> => {
      server.statements.length = 0;
      const { errors } = await server.query(
        `{ ${units.map((code) => `${code}: orgUnit(code: "${code}") { children { edges { node { ...cards } } } ...cards }`).join(' ')} }
         fragment cards on OrgUnit { scorecard(campaign: "K", indicators: ["I", "J", "R"], asOf: "2022-12-31"${knownAt(moment)}) { result { value } norm: target(basis: NORM) { value } coverage { expected } } }`,
      );
      expect(errors).toBeUndefined();
      return server.statements.length;
    };
    // What codes stand for is looked up once.
    await count(['C']);
    const few = await count(['C']);
    expect(few).toBeGreaterThan(3);
    expect(await count(['N', 'P', 'Q', 'A', 'B'])).toBe(few);
  });

  test('a rebuild forgets nothing, and what it puts right is right from then on', async () => {
    const before = await momentNow();
    expect((await importRecords(server.db, [result('A', 'I', 20, { corrects: true })])).errors).toEqual([]);
    const now = await rowsNow();
    const then = await rowsKnown(before);
    await server.db.pool.query('select ledger_rebuild()');
    expect([await rowsNow(), await rowsKnown(before)]).toEqual([now, then]);
    await server.db.pool.query(`update balance set total = total + 1 where unit_id = (select id from org_unit where code = 'P')`);
    expect((await verify(server.db.pool)).differenceCount).toBeGreaterThan(0);
    await server.db.pool.query('select ledger_rebuild()');
    expect([await rowsNow(), await rowsKnown(before)]).toEqual([now, then]);
    expect((await verify(server.db.pool)).differences).toEqual([]);
  });
});

describe('verify looks back', () => {
  beforeEach(async () => {
    for (const step of [FIRST, [result('A', 'I', 10)], [result('A', 'I', 11, { corrects: true })], [unit('E', 'GRASSROOTS', 'GRASSROOTS_UNION', 'P'), { type: 'placement', unit: 'B', parent: 'Q', from: '2022-02-01' }]])
      expect((await importRecords(server.db, step)).errors).toEqual([]);
    expect((await verify(server.db.pool)).differences).toEqual([]);
  });

  test.each([
    ['a total of the past', `update balance_past set total = total + 1 where unit_id = (select id from org_unit where code = 'P')`],
    ['a row of the past that is gone', `delete from balance_past where unit_id = (select id from org_unit where code = 'A')`],
    ['a row said to be known earlier', `update balance set recorded_at = recorded_at - interval '1 hour' where unit_id = (select id from org_unit where code = 'N')`],
    ['a number of units of the past', `update census_past set children = children + 1 where unit_id = (select id from org_unit where code = 'P')`],
    ['a figure said to be approved later', `update figure set approved_at = approved_at + interval '1 hour' where status = 'SUPERSEDED'`],
    ['a placement that was not recorded', `delete from structure_record where kind = 'PLACEMENT'`],
    ['a unit that was not founded', `delete from structure_record where unit_id = (select id from org_unit where code = 'C')`],
    ['an indicator that was recorded otherwise', `update indicator_record set name = 'x' where indicator_id = (select id from indicator where code = 'I')`],
    ['a figure that counts and has ended', `update figure set ended_at = now() where status = 'APPROVED'`],
  ])('%s is found', async (_what, statement) => {
    expect((await server.db.pool.query(statement)).rowCount).toBe(1);
    expect((await verify(server.db.pool, { moments: 10 })).differenceCount).toBeGreaterThan(0);
  });
});

describe('step by step', () => {
  /** What is stated, one after the other. */
  const STEPS: object[][] = [
    FIRST,
    [result('A', 'I', 10), result('A', 'J', 40)],
    [target('P', 'ASSIGNED', 100, { counterpart: 'N' }), target('A', 'ASSIGNED', 30, { counterpart: 'P' })],
    [result('B', 'I', 5, { qualifier: 'ABOUT' }), result('B', 'J', 10)],
    [target('A', 'NORM', 2, { per: 'MEMBER' })],
    [{ type: 'memberCount', unit: 'A', of: 'MEMBERS', asOf: '2021-12-31', value: 7 }],
    [{ type: 'memberCount', unit: 'A', of: 'MEMBERS', asOf: '2021-12-31', value: 9, corrects: true }],
    [target('A', 'NORM', 3, { per: 'MEMBER', corrects: true })],
    [result('A', 'I', 12, { corrects: true })],
    [result('P', 'I', 50, { coverage: 'SUBTREE' })],
    [{ type: 'placement', unit: 'B', parent: 'Q', from: '2022-02-01' }],
    [{ type: 'placement', unit: 'B', parent: 'Q', from: '2020-01-01', corrects: true }, { type: 'placement', unit: 'B', parent: 'P', from: '2022-02-01', corrects: true }],
    [{ type: 'closure', unit: 'C', on: '2022-02-15' }],
    [{ type: 'withdrawal', unit: 'P', campaign: 'K', indicator: 'I', coverage: 'SUBTREE', asOf: '2022-03-01' }],
    [{ type: 'withdrawal', unit: 'A', campaign: 'K', indicator: 'I', basis: 'NORM', decidedOn: '2022-01-01' }],
    [{ type: 'indicator', code: 'I', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM', corrects: true }],
    [{ ...unit('D', 'GRASSROOTS', 'GRASSROOTS_UNION', 'Q'), validFrom: '2021-01-01' }, result('D', 'J', 8)],
    [result('A', 'I', 13, { corrects: true }), result('D', 'I', 4)],
  ];
  const ASKED: Asked[] = ['N', 'P', 'Q', 'A', 'B', 'C', 'D'].flatMap((of) =>
    ['I', 'J', 'R'].flatMap((indicator) => ['2021-06-01', '2022-02-20', '2022-12-31'].map((asOf) => ({ unit: of, campaign: 'K', indicator, asOf }))),
  );

  test('ratios, norms, counts, targets, coverage and completion are as they were', { timeout: 120_000 }, async () => {
    const start = await momentNow();
    const remembered: { moment: string; cards: unknown[] }[] = [];
    for (const [i, step] of STEPS.entries()) {
      const { errors, created, changed } = await importRecords(server.db, step);
      expect([i, errors, created + changed]).toEqual([i, [], step.length]);
      remembered.push({ moment: await momentNow(), cards: await ask(ASKED) });
    }
    // Each step but a norm without a count and the name of an indicator told the cards something.
    const told = new Set(remembered.map(({ cards }) => JSON.stringify(cards)));
    expect(told.size).toBe(STEPS.length - 2);
    for (const { moment, cards } of remembered) expectKnown(await ask(ASKED, moment), cards);
    const nothing = await ask(ASKED, start);
    expect(new Set(nothing.map((card) => JSON.stringify({ ...(card as object), asOf: null }))).size).toBe(1);
    expect(nothing[0]).toMatchObject({ result: null, assigned: null, norm: null, completionPercent: null, children: { expected: 0, reported: 0, percent: null } });
    expect(await verify(server.db.pool, { moments: 100 })).toMatchObject({ differences: [], moments: 11 });
  });
});

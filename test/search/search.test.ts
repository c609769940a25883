import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionStatement } from '../../src/access/row-scope.js';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

let server: TestServer;

const unit = (code: string, name: string, level: string, kind: string, parent: string | null, more: object = {}): object => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01', ...more });
const union = (code: string, name: string, parent: string, more: object = {}): object => unit(code, name, 'GRASSROOTS', 'GRASSROOTS_UNION', parent, more);

beforeAll(async () => {
  server = await startTestServer({ seed: false, now: new Date('2026-03-01T03:00:00Z') });
  await server.load([
    unit('TLD', 'Tổng Liên đoàn Lao động Việt Nam', 'NATIONAL', 'CONFEDERATION', null, { aliases: ['TLĐ', 'Tổng LĐLĐ Việt Nam'], nameEn: 'Vietnam General Confederation of Labour' }),
    unit('P01', 'LĐLĐ thành phố Hà Nội', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'TLD', { aliases: ['Liên đoàn Lao động thành phố Hà Nội'] }),
    unit('P38', 'LĐLĐ tỉnh Thanh Hóa', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'TLD'),
    unit('P66', 'LĐLĐ tỉnh Đắk Lắk', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'TLD', { aliases: ['Liên đoàn Lao động tỉnh Đắk Lắk'] }),
    unit('D272', 'LĐLĐ huyện Phúc Thọ', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P01', { aliases: ['Phúc Thọ'] }),
    unit('D006', 'LĐLĐ quận Đống Đa', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P01'),
    unit('D395', 'LĐLĐ huyện Hoằng Hoá', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P38'),
    union('G1', 'CĐCS UBND xã Phúc Thọ', 'D272'),
    union('G2', 'CĐCS UBND xã Thọ Lộc, Phúc Thọ', 'D272'),
    union('G3', 'Phúc Thọ', 'D272'),
    union('G4', 'CĐCS Trường Thọ Phúc', 'D272'),
    union('G5', 'Phúc Thọ Xanh', 'D006'),
    union('G6', 'CĐCS Công ty May “Hồ Gươm” – Chi nhánh 2', 'D006', { aliases: ['May Hồ Gươm 2'] }),
    union('G7', 'Đống-Đa (chợ)', 'D006'),
    union('phuc-tho', 'CĐCS Bến xe', 'D006'),
    union('G9', 'CĐCS Trường Mầm non Hoa Hồng', 'D395'),
    { type: 'campaign', code: '1m-initiatives', name: 'Chương trình “1 triệu sáng kiến – nỗ lực vượt khó, sáng tạo”', campaignKind: 'PROGRAMME', launchedBy: 'TLD', startsOn: '2022-01-08', aliases: ['1 triệu sáng kiến'] },
    { type: 'campaign', code: 'lds-tho', name: 'Lao động sáng tạo Phúc Thọ', campaignKind: 'MOVEMENT', launchedBy: 'D272', startsOn: '2022-01-08' },
    { type: 'campaign', code: 'lds-hoang-hoa', name: 'CNVCLĐ Hoằng Hóa chung sức', campaignKind: 'MOVEMENT', launchedBy: 'D395', startsOn: '2022-01-08' },
    { type: 'campaign', code: 'k-9', name: 'Thọ nghề, lộc đời', campaignKind: 'MOVEMENT', launchedBy: 'TLD', startsOn: '2022-01-08' },
    { type: 'person', code: 'pe-tho', unit: 'G1', name: 'Nguyễn Phúc Thọ', nameAsPrinted: 'Ng. Phúc Thọ' },
  ]);
  await server.grant('district', 'VIEWER', 'D272');
  await server.grant('other', 'VIEWER', 'D006');
  await server.grant('partner', 'PARTNER', 'P38');
});

afterAll(() => server?.close());

type Found = { kind: string; score: number; matched: string; thing: { code: string } };
const QUERY = `query ($text: String!, $in: [SearchKind!], $first: Int, $after: String, $within: String) {
  search(text: $text, in: $in, first: $first, after: $after, within: $within) {
    edges { cursor node { kind score matched thing { __typename ... on OrgUnit { code } ... on Campaign { code } ... on Person { code } ... on Document { code } ... on Award { code } ... on PracticeModel { code } ... on Initiative { code } ... on Event { code } } } }
    totalCount pageInfo { hasNextPage endCursor }
  }
}`;
async function page(text: string, more: Record<string, unknown> = {}, caller?: string | null): Promise<{ found: Found[]; totalCount: number; next: string | null }> {
  const { data, errors } = await server.query(QUERY, { text, ...more }, { as: typeof caller === 'string' ? await server.tokenFor(caller) : caller });
  expect(errors).toBeUndefined();
  const { edges, totalCount, pageInfo } = (data as Answer['data']).search;
  return { found: edges.map(({ node }: { node: Found }) => node), totalCount, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}
const codes = async (text: string, more: Record<string, unknown> = {}, caller?: string | null): Promise<string[]> => (await page(text, more, caller)).found.map(({ thing }) => thing.code);

describe('what is found', () => {
  test.each([
    ['phuc tho', ['G3', 'phuc-tho', 'D272', 'G5', 'lds-tho', 'pe-tho', 'G1', 'G2', 'G4']],
    ['PHÚC THỌ', ['G3', 'phuc-tho', 'D272', 'G5', 'lds-tho', 'pe-tho', 'G1', 'G2', 'G4']],
    ['hoá', ['P38', 'D395', 'lds-hoang-hoa', 'G9']],
    ['hóa', ['P38', 'D395', 'lds-hoang-hoa', 'G9']],
    ['HOA', ['P38', 'D395', 'lds-hoang-hoa', 'G9']],
    ['dong da', ['G7', 'D006', 'P66']],
    ['hoang hoa', ['D395', 'lds-hoang-hoa']],
    // Side by side before in order, whoever has them.
    ['tho loc', ['G2', 'k-9']],
    ['“hồ gươm”', ['G6']],
    ['"ho guom" - chi nhanh', ['G6']],
    ['may hồ gươm 2', ['G6']],
    ['sáng kiến – nỗ lực', ['1m-initiatives']],
    ['1M-INITIATIVES', ['1m-initiatives']],
    ['1 triệu sáng kiến', ['1m-initiatives']],
    ['sang tao', ['1m-initiatives', 'lds-tho']],
    ['TLĐ', ['TLD']],
    ['confederation of labour', ['TLD']],
    ['hồng mầm', ['G9']],
    // In the middle of a word nothing begins.
    ['uc', []],
    ['không có gì', []],
    ['%', []],
    ['_', []],
    [' – “” ', []],
    ['', []],
  ])('%s', async (text, expected) => {
    const { found, totalCount } = await page(text);
    expect(found.map(({ thing }) => thing.code)).toEqual(expected);
    expect(totalCount).toBe(expected.length);
  });

  test('each says how well it fits, and which of its names does', async () => {
    const { found } = await page('phuc tho');
    expect(found.map(({ kind, score, matched, thing }) => [thing.code, kind, score, matched])).toEqual([
      ['G3', 'UNIT', 7, 'Phúc Thọ'],
      ['phuc-tho', 'UNIT', 7, 'phuc-tho'],
      ['D272', 'UNIT', 6, 'Phúc Thọ'],
      ['G5', 'UNIT', 5, 'Phúc Thọ Xanh'],
      ['lds-tho', 'CAMPAIGN', 4, 'Lao động sáng tạo Phúc Thọ'],
      ['pe-tho', 'PERSON', 4, 'Nguyễn Phúc Thọ'],
      ['G1', 'UNIT', 4, 'CĐCS UBND xã Phúc Thọ'],
      ['G2', 'UNIT', 4, 'CĐCS UBND xã Thọ Lộc, Phúc Thọ'],
      ['G4', 'UNIT', 1, 'CĐCS Trường Thọ Phúc'],
    ]);
  });

  test('of a kind, or within a unit', async () => {
    expect(await codes('phuc tho', { in: ['CAMPAIGN', 'PERSON'] })).toEqual(['lds-tho', 'pe-tho']);
    expect(await codes('phuc tho', { in: [] })).toEqual([]);
    expect(await codes('phuc tho', { within: 'D006' })).toEqual(['phuc-tho', 'G5']);
    expect(await codes('phuc tho', { within: 'D272' })).toEqual(['G3', 'D272', 'lds-tho', 'pe-tho', 'G1', 'G2', 'G4']);
    expect(await codes('phuc tho', { within: 'G3' })).toEqual(['G3']);
    expect(await codes('phuc tho', { within: 'nowhere' })).toEqual([]);
    expect(await codes('phuc tho', { within: 'D006' }, 'district')).toEqual([]);
  });

  test('a renamed unit by its new name, and no longer by its old one', async () => {
    expect(await codes('tuần châu')).toEqual([]);
    await server.load([{ ...(union('G9', 'Tuần Châu', 'D395') as object), corrects: true }]);
    expect(await codes('tuần châu')).toEqual(['G9']);
    expect(await codes('hoa hong')).toEqual([]);
    await server.load([{ ...(union('G9', 'CĐCS Trường Mầm non Hoa Hồng', 'D395') as object), corrects: true }]);
  });
});

describe('all that has a name', () => {
  beforeAll(() =>
    server.load([
      { type: 'document', code: 'dc-1', unit: 'P01', kind: 'PLAN', title: 'Kế hoạch “Giờ thứ 9”', number: '75/KH-LĐLĐ' },
      { type: 'event', code: 'ev-thanh-hoa', unit: 'P38', kind: 'CEREMONY', name: 'Lễ phát động' },
      { type: 'event', code: 'ev-1', unit: 'D006', kind: 'FESTIVAL', name: 'Hội thao Giờ thứ 9', edition: 'lần thứ III' },
      { type: 'practiceModel', code: 'pm-1', unit: 'G6', name: 'Giờ thứ 9 làm thêm' },
      { type: 'initiative', code: 'in-1', unit: 'G6', title: 'Giờ thứ 9', summary: 'Máy cắt vải tự động', description: 'Lưỡi dao nung nóng', secret: true, stages: [{ stage: 'REGISTERED', on: '2024-01-01' }] },
      { type: 'award', code: 'aw-1', unit: 'D006', form: 'TITLE', title: 'Công nhân giỏi Giờ thứ 9', achievement: 'Vượt năng suất', issuers: [{ unit: 'P01' }], status: 'DECIDED' },
    ]),
  );

  test('is found, higher standing first', async () => {
    expect(await codes('gio thu 9')).toEqual(['in-1', 'pm-1', 'dc-1', 'aw-1', 'ev-1']);
    expect(await codes('gio thu 9', {}, 'other')).toEqual(['in-1', 'pm-1', 'dc-1', 'aw-1', 'ev-1']);
    expect(await codes('gio thu 9', {}, 'district')).toEqual(['dc-1']);
    expect(await codes('gio thu 9', { in: ['AWARD', 'EVENT'] })).toEqual(['aw-1', 'ev-1']);
    expect(await codes('gio thu 9', { within: 'D006' })).toEqual(['in-1', 'pm-1', 'aw-1', 'ev-1']);
    expect(await codes('75/kh-ldld')).toEqual(['dc-1']);
    expect(await codes('vượt năng suất')).toEqual(['aw-1']);
    expect(await codes('lan thu iii')).toEqual(['ev-1']);
  });

  test('a secret initiative by title and summary, and by nothing else', async () => {
    expect(await codes('máy cắt vải', {}, 'other')).toEqual(['in-1']);
    expect(await codes('lưỡi dao', {}, 'other')).toEqual([]);
    expect(await codes('lưỡi dao')).toEqual([]);
  });

  test('by anybody once it is disclosed, and only it', async () => {
    expect(await codes('gio thu 9', {}, null)).toEqual([]);
    await server.load([{ type: 'disclosure', of: 'EVENT', code: 'ev-1', audience: 'PUBLIC' }]);
    expect(await codes('gio thu 9', {}, null)).toEqual(['ev-1']);
    expect(await codes('dong da', {}, null)).toEqual(['D006']);
    expect(await codes('gio thu 9', { within: 'D006' }, null)).toEqual(['ev-1']);
  });
});

describe('pages', () => {
  test('follow one another whatever is found on them', async () => {
    const all = await codes('phuc tho');
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { found, next }: { found: Found[]; next: string | null } = await page('phuc tho', { first: 2, after });
      seen.push(...found.map(({ thing }) => thing.code));
      after = next;
    } while (after !== null);
    expect(seen).toEqual(all);
    expect((await page('phuc tho', { first: 0 })).found).toEqual([]);
  });

  test.each(['abc', Buffer.from('["search","x"]').toString('base64url'), Buffer.from('["unit.code","G1"]').toString('base64url'), Buffer.from('["search","1 0 5 G1 "]').toString('base64url'), Buffer.from('["search","9 0 5 G1"]').toString('base64url')])(
    'a cursor that is none is refused: %s',
    async (after) => {
      const { errors } = await server.query(QUERY, { text: 'phuc', after });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
    },
  );

  test('a text of more than 100 characters is refused', async () => {
    const { errors } = await server.query(QUERY, { text: 'x'.repeat(101) });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'text' });
    expect(await codes('x'.repeat(100))).toEqual([]);
  });

  test.each(['a\u0000b', '\ud800', '|', '| phuc tho |', '\\', "' or 1=1 --", '% %', '🇻🇳', 'ﬁ', 'x '.repeat(50), 'a a a a a a a a a a a a a a a a a a a a a a a a a a', '\u0301', '٣'])('a text of whatever is answered: %j', async (text) => {
    for (const caller of [undefined, 'district', null]) {
      const { found, totalCount } = await page(text, {}, caller);
      expect(found.length).toBe(Math.min(20, totalCount));
    }
  });
});

describe('who asks', () => {
  test('finds what they see, and is told of nothing else', async () => {
    expect(await codes('phuc tho', {}, 'district')).toEqual(['G3', 'D272', 'lds-tho', 'pe-tho', 'G1', 'G2', 'G4']);
    expect(await codes('phuc tho', {}, 'other')).toEqual(['phuc-tho', 'G5']);
    expect(await codes('phuc tho', {}, null)).toEqual([]);
    expect((await page('phuc tho', {}, 'other')).totalCount).toBe(2);
    expect((await page('phuc tho', {}, null)).totalCount).toBe(0);
    // Above them, the units and the campaigns that they launch.
    expect(await codes('tld', {}, 'other')).toEqual(['TLD']);
    expect(await codes('1 triệu', {}, 'other')).toEqual(['1m-initiatives']);
    expect(await codes('thanh hoa', {}, 'other')).toEqual([]);
  });

  test('is believed by no function: by SQL, too, units that they do not see are not found', async () => {
    const found = async (principal: string | null, words: string): Promise<string[]> => {
      const client = await server.api.pool.connect();
      try {
        await client.query('begin');
        await client.query(sessionStatement({ principal, class: principal === null ? 'ANONYMOUS' : 'MEMBER' }, '2026-03-01'));
        const { rows } = await client.query<{ id: number }>(`select id from search_units($1, null, 0, 0, 0, '', 100)`, [words]);
        return (await server.db.pool.query<{ code: string }>('select code from org_unit where id = any ($1) order by code', [rows.map(({ id }) => id)])).rows.map(({ code }) => code);
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    expect(await found('district', 'phuc tho')).toEqual(['D272', 'G1', 'G2', 'G3', 'G4']);
    expect(await found('other', 'phuc tho')).toEqual(['G5', 'phuc-tho']);
    expect(await found('other', 'ldld')).toEqual(['D006', 'P01', 'TLD']);
    // Of which something is disclosed to them, and no more.
    for (const [audience, seenBy] of [['PUBLIC', [null, 'other', 'partner', 'district']], ['PARTNER', ['partner']]] as const) {
      await server.load([{ type: 'disclosure', of: 'EVENT', code: 'ev-thanh-hoa', audience, ...(audience === 'PARTNER' && { corrects: true }) }]);
      for (const caller of [null, 'other', 'partner', 'district'] as const) expect([audience, caller, await found(caller, 'thanh hoa')]).toEqual([audience, caller, (seenBy as readonly unknown[]).includes(caller) ? ['P38'] : []]);
    }
    await server.db.pool.query(`update disclosure set ended_at = now() where code = 'ev-thanh-hoa'`);
    expect(await found('partner', 'thanh hoa')).toEqual([]);
    // What they bring along is no argument of it.
    const { rows } = await server.db.pool.query<{ arguments: string }>(`select pg_get_function_identity_arguments(oid) as arguments from pg_proc where proname = 'search_units'`);
    expect(rows).toEqual([{ arguments: expect.not.stringContaining('integer[]') }]);
  });

  test('hears the same whatever is hidden beside', async () => {
    const before = await page('phuc tho', { first: 3 }, 'district');
    await server.load([union('H1', 'Phúc Thọ', 'D395'), union('H2', 'Phúc Thọ', 'D006'), union('H3', 'Phúc Thọ A', 'D395'), { type: 'person', code: 'pe-hidden', unit: 'G9', name: 'Phúc Thọ' }]);
    expect(await page('phuc tho', { first: 3 }, 'district')).toEqual(before);
    expect((await page('phuc tho')).totalCount).toBe(13);
  });

  test('sends as many statements for many results as for one', async () => {
    const sent = async (text: string): Promise<number> => {
      server.statements.length = 0;
      await server.query('query ($text: String!) { search(text: $text, in: [UNIT], first: 100) { nodes { score matched thing { id ... on OrgUnit { name parent { name } } } } } }', { text });
      return server.statements.length;
    };
    const [one, many] = [await sent('D006'), await sent('c')];
    expect((await page('c', { first: 100 })).found.length).toBeGreaterThan(5);
    expect(many).toBe(one);
  });
});

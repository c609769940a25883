import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.js';
import { openSse } from '../support/live.js';
import { startTestServer, type Answer, type TestServer } from '../support/server.js';

const schema = await buildSchema();

/** Codes that tell a caller what is wrong with a request; that of a mistake of the server is not among them. */
const EXPLAINED = new Set(['BAD_USER_INPUT', 'BAD_REQUEST', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', 'QUERY_TOO_LARGE', 'QUERY_TOO_DEEP', 'QUERY_TOO_COSTLY', 'FORBIDDEN']);

/** Arguments that lead to something, by name: what lies behind them is asked too. */
const SAMPLES: Readonly<Record<string, unknown>> = { code: 'D272', campaign: '1m-initiatives', indicator: 'initiatives', indicators: ['initiatives'], round: 'r1', person: 'pe-h', id: 'x' };
const sampleOf = (path: string, name: string): unknown => (path.startsWith('campaign') && name === 'code' ? '1m-initiatives' : path.startsWith('indicator') && name === 'code' ? 'initiatives' : SAMPLES[name]);
/** Samples that are no text, as a document has them. */
const LITERALS: Readonly<Record<string, string>> = { by: 'CHILD', among: 'SIBLINGS', group: '{children: true}' };
const printedSample = (path: string, name: string): string | undefined => LITERALS[name] ?? JSON.stringify(sampleOf(path, name));

interface Target {
  readonly label: string;
  /** The document around the field, which stands where the braces meet. */
  readonly around: (field: string) => string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly path: string;
}

/** Every field with arguments, each reached by the shortest way from a root. */
function targets(): Target[] {
  const found: Target[] = [];
  const seen = new Set<string>();
  let level: { type: GraphQLObjectType; around: (inner: string) => string; path: string }[] = [
    { type: schema.getQueryType()!, around: (inner) => `{ ${inner} }`, path: '' },
    ...(schema.getMutationType() ? [{ type: schema.getMutationType()!, around: (inner: string) => `{ ${inner} }`, path: 'mutation:' }] : []),
    ...(schema.getSubscriptionType() ? [{ type: schema.getSubscriptionType()!, around: (inner: string) => `{ ${inner} }`, path: 'subscription:' }] : []),
  ];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { type, around, path } of level) {
      if (seen.has(type.name)) continue;
      seen.add(type.name);
      for (const field of Object.values(type.getFields())) {
        const here = path === '' || path.endsWith(':') ? `${path}${field.name}` : `${path}.${field.name}`;
        if (field.args.length > 0) found.push({ label: `${type.name}.${field.name}`, around, field, path: here });
        const behind = getNamedType(field.type);
        const required = field.args.filter((arg) => isNonNullType(arg.type));
        if (!isObjectType(behind) || /^\w+:/.test(path) || required.some((arg) => printedSample(here, arg.name) === undefined)) continue;
        const args = required.map((arg) => `${arg.name}: ${printedSample(here, arg.name)!}`).join(', ');
        next.push({ type: behind, around: (inner) => around(`${field.name}${args ? `(${args})` : ''} { ${inner} }`), path: here });
      }
    }
    level = next;
  }
  return found;
}

/** The shortest selection that a type takes. */
function selection(type: GraphQLNamedType): string {
  return isCompositeType(type) ? '{ __typename }' : '';
}

const STRINGS: readonly string[] = ["'; drop table figure; --", "' or 1=1 --", '$1', '\\', '"', '%', '\0', 'a\u0000b', '\ud800', '\u202e', '', ' ', 'x'.repeat(10_000), '0000-00-00', '9999999999-01-01', '-infinity', '{"a":1}', '../../etc/passwd', 'NaN'];
const nestedObject = (depth: number): unknown => (depth === 0 ? {} : { within: nestedObject(depth - 1) });
const OTHERS: readonly unknown[] = [0, -1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, -1e308, true, null, [], [[]], [null], ["'", '\0'], Array(1000).fill('x'), {}, nestedObject(100), { __proto__: null, constructor: 'x' }];
const VALUES: readonly unknown[] = [...STRINGS, ...OTHERS];

/** The hostile value itself, and in the place of fields of an input object that is otherwise in order: in every third, each field its third of the values. */
function wrap(type: GraphQLInputType, value: unknown, i: number): unknown[] {
  const inner = getNullableType(type);
  if (isListType(inner)) return [value, [value]];
  if (!isInputObjectType(inner)) return [value];
  const fields = Object.values(inner.getFields());
  const orderly = Object.fromEntries(fields.filter((field) => isNonNullType(field.type)).map((field) => [field.name, orderlyOf(field.name, field.type)]));
  return [value, ...fields.filter((_, f) => (f + i) % 3 === 0).map(({ name }) => ({ ...orderly, [name]: value }))];
}

function orderlyOf(name: string, type: GraphQLInputType): unknown {
  const inner = getNamedType(type);
  if (isEnumType(inner)) return inner.getValues()[0]!.name;
  const values: Readonly<Record<string, unknown>> = { Date: '2026-01-01', Int: 1, Boolean: true };
  return values[inner.name] ?? SAMPLES[name] ?? 'D272';
}

let server: TestServer;
let query: (document: string, variables?: Record<string, unknown>) => ReturnType<TestServer['query']>;
beforeAll(async () => {
  server = await startTestServer({ api: { live: { perCaller: 1000 } } });
  await server.load([{ type: 'person', code: 'pe-h', unit: 'D272', name: 'Người' }]);
  // Of a unit's code, so that the samples find them.
  await server.load([
    { type: 'work', code: 'D272', unit: 'D272', kind: 'WORK', name: 'Công trình', status: 'COMPLETED' }, { type: 'practiceModel', code: 'D272', unit: 'D272', name: 'Mô hình' },
    { type: 'initiative', code: 'D272', unit: 'D272', title: 'Sáng kiến', campaign: '1m-initiatives', stages: [{ stage: 'VALID', on: '2022-05-31' }] },
  ]);
  await server.load([{ type: 'reportingRound', campaign: '1m-initiatives', code: 'r1', name: 'Kỳ', kind: 'CUSTOM', from: '2022-01-08', to: '2022-05-31', due: [{ level: 'PROVINCIAL', on: '2022-06-05' }], indicators: ['initiatives'] }]);
  // Who may do everything gets furthest.
  await server.grant('hostile', 'ADMIN', 'TLD');
  const as = await server.tokenFor('hostile');
  query = (document, variables) => (document.startsWith('subscription') ? firstEvent(document, variables, as) : server.query(document, variables, { as }));
}, 120_000);
afterAll(() => server.close());

async function firstEvent(query: string, variables: Record<string, unknown> | undefined, as: string): Promise<Answer> {
  const stream = await openSse(server.url, { query, variables }, { authorization: `Bearer ${as}` });
  const { payload } = await stream.next();
  stream.close();
  return { status: stream.status, ...(payload as Omit<Answer, 'status'>) };
}

function expectExplained({ status, errors }: Awaited<ReturnType<TestServer['query']>>, asked: string): void {
  if (![200, 400].includes(status)) throw new Error(`${status} for ${asked}`);
  for (const { message, extensions } of errors ?? []) {
    if (!EXPLAINED.has(extensions['code'] as string)) throw new Error(`${String(extensions['code'])}: ${message} for ${asked}`);
    if (/\b(select|relation|syntax error at|invalid byte|postgres|node_modules)\b/i.test(message.replaceAll(/"[^"]*"/g, ''))) throw new Error(`${message} for ${asked}`);
  }
}

const all = targets();

test('every field with arguments is reached', () => {
  const expected = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__') ? Object.values(type.getFields()).flatMap(({ name, args }) => (args.length > 0 ? [`${type.name}.${name}`] : [])) : [],
  );
  expect(all.map(({ label }) => label).sort()).toEqual(expected.sort());
});

describe('whatever an argument holds, the answer is data or a clear error, and the server goes on', () => {
  test.each(all.map((target) => [target.label, target] as const))('%s', async (_, { around, field, path }) => {
    const keyword = /^(mutation|subscription):/.exec(path)?.[1] ?? 'query';
    const others = (but: GraphQLArgument): string[] =>
      field.args.filter((arg) => arg !== but && isNonNullType(arg.type)).map((arg) => `${arg.name}: ${printedSample(path, arg.name) ?? '"x"'}`);
    for (const arg of field.args) {
      const call = (value: string): string => around(`${field.name}(${[`${arg.name}: ${value}`, ...others(arg)].join(', ')}) ${selection(getNamedType(field.type))}`);
      const document = `${keyword} ($value: ${String(arg.type)}) ${call('$value')}`;
      const hostile = VALUES.flatMap((value, i) => wrap(arg.type, value, i));
      const answers = await Promise.all(hostile.map((value) => query(document, { value })));
      answers.forEach((answer, i) => expectExplained(answer, `${document} with ${JSON.stringify(hostile[i]).slice(0, 200)}`));
      // The same as literals of the document.
      for (const text of STRINGS) expectExplained(await query(`${keyword} ${call(JSON.stringify(text))}`), call(JSON.stringify(text).slice(0, 200)));
      for (const text of ['99999999999999999999', '-0.5e400', 'null', '[[[]]]', '{ a: { b: {} } }', 'ENUM', '$undeclared', '"""block"""']) expectExplained(await query(`${keyword} ${call(text)}`), call(text));
    }
    expect((await query('{ orgUnit(code: "D272") { code } }')).data).toEqual({ orgUnit: { code: 'D272' } });
  });
});

describe('bombs are refused before anything is read', () => {
  let limited: TestServer;
  let token: string;
  beforeAll(async () => {
    limited = await startTestServer({ seed: false, limits: {} });
    token = await limited.tokenFor('somebody');
  });
  afterAll(() => limited.close());

  const many = (count: number, one: (i: number) => string): string => Array.from({ length: count }, (_, i) => one(i)).join(' ');
  const wide = (depth: number): string => (depth === 0 ? '{ code }' : `{ children(first: 100) { nodes ${wide(depth - 1)} } }`);

  test.each<[string, string, string[]]>([
    ['aliases', `{ ${many(150, (i) => `a${i}: orgUnits { totalCount }`)} }`, ['QUERY_TOO_LARGE']],
    ['aliases deep down', `{ orgUnit(code: "TLD") { ${many(150, (i) => `a${i}: children { totalCount }`)} } }`, ['QUERY_TOO_LARGE']],
    ['fragments that double', `{ orgUnit(code: "TLD") { ...f0 } } ${many(60, (i) => `fragment f${i} on OrgUnit { ...f${i + 1} ...f${i + 1} }`)} fragment f60 on OrgUnit { parent { code } }`, ['QUERY_TOO_LARGE']],
    ['fragments that double with each level', `{ orgUnit(code: "TLD") { ...f0 } } ${many(13, (i) => `fragment f${i} on OrgUnit { parent { ...f${i + 1} } successor { ...f${i + 1} } }`)} fragment f13 on OrgUnit { code }`, ['QUERY_TOO_LARGE']],
    ['fragments in a circle', '{ orgUnit(code: "TLD") { ...f } } fragment f on OrgUnit { parent { ...g } } fragment g on OrgUnit { parent { ...f } }', ['GRAPHQL_VALIDATION_FAILED']],
    ['inline fragments', `{ ${'... { '.repeat(600)} __typename ${' }'.repeat(600)} }`, []],
    ['directives', `{ __typename ${'@include(if: true) '.repeat(200)} }`, ['QUERY_TOO_LARGE', 'GRAPHQL_VALIDATION_FAILED']],
    ['directives over many fields', `{ ${many(90, (i) => `a${i}: __typename @skip(if: false)`)} }`, ['QUERY_TOO_LARGE']],
    ['unknown directives', `{ __typename ${many(200, (i) => `@d${i}`)} }`, ['QUERY_TOO_LARGE', 'GRAPHQL_VALIDATION_FAILED']],
    ['depth', `{ orgUnit(code: "TLD") ${'{ parent '.repeat(300)}{ code }${' }'.repeat(300)} }`, ['QUERY_TOO_DEEP']],
    ['breadth', `{ orgUnit(code: "TLD") ${wide(4)} }`, ['QUERY_TOO_COSTLY']],
    ['breadth without a page size', `{ orgUnit(code: "TLD") ${wide(5).replaceAll('(first: 100)', '')} }`, ['QUERY_TOO_COSTLY']],
    ['a document that never ends', `{ ${'orgUnits { totalCount } '.repeat(3000)} }`, ['QUERY_TOO_LARGE']],
    ['brackets', '{'.repeat(50_000), ['GRAPHQL_PARSE_FAILED']],
    ['a list in a list in a list', `{ orgUnit(code: ${'['.repeat(1500)}`, ['GRAPHQL_PARSE_FAILED']],
    ['introspection of introspection', `{ __schema { types ${'{ fields { type '.repeat(4)}{ name }${' } }'.repeat(4)} } }`, ['GRAPHQL_VALIDATION_FAILED']],
    ['many operations', many(300, (i) => `query q${i} { orgUnits { totalCount } }`), ['QUERY_TOO_LARGE']],
    ['many variables', `query (${many(600, (i) => `$v${i}: Int`)}) { __typename }`, ['QUERY_TOO_LARGE']],
    ['unknown fields', `{ ${many(1000, (i) => `orgUnitz${i}`)} }`, ['GRAPHQL_VALIDATION_FAILED']],
    ['null bytes', '{ \0 orgUnit(code: "x") { code } }', ['GRAPHQL_PARSE_FAILED']],
  ])('%s', async (_, document, codes) => {
    limited.statements.length = 0;
    const { data, errors } = await limited.query(document, undefined, { as: token });
    const found = new Set(errors?.map(({ extensions }) => extensions['code'] as string));
    expect(codes).toEqual(expect.arrayContaining([...found]));
    expect(found.size > 0).toBe(codes.length > 0);
    expect(data === undefined).toBe(codes.length > 0);
    expect(limited.statements).toEqual([]);
    expect((await limited.query('{ orgUnits { totalCount } }', undefined, { as: token })).errors).toBeUndefined();
  });

  test('fragments that double with each level, and are left out, are answered without writing them out', async () => {
    const document = `{ orgUnit(code: "TLD") { ...f0 @skip(if: true) __typename } } ${many(12, (i) => `fragment f${i} on OrgUnit { ${many(8, () => `parent { ...f${i + 1} }`)} }`)} fragment f12 on OrgUnit { code }`;
    for (let sighting = 0; sighting < 3; sighting++) expect(await limited.query(document, undefined, { as: token })).toMatchObject({ data: { orgUnit: null } });
  });
});

/** LĐLĐ huyện Phúc Thọ, end to end and through the API alone: assigned 431, handed in 1,709, approved, 396.52 %. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verify } from '../../src/ledger/verify.service.js';
import { openSse, type SseStream } from '../support/live.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { of, Officers, type Figured } from './world.js';

const CAMPAIGN = 'mot-trieu-sang-kien';
const SERIES = { campaign: CAMPAIGN, phase: 'giai-doan-1', indicator: 'initiatives' };

let server: TestServer;
let officers: Officers;
let stream: SseStream | undefined;
beforeAll(async () => {
  server = await startTestServer();
  officers = new Officers(server);
  // Officers of the confederation, of Hà Nội, of Phúc Thọ, and of a district beside it.
  for (const [principal, role, unit] of [
    ['confederation', 'CAMPAIGN_MANAGER', 'TLD'], ['city', 'APPROVER', 'P01'], ['district', 'REPORTER', 'D272'], ['district-head', 'CAMPAIGN_MANAGER', 'D272'], ['neighbour', 'APPROVER', 'D006'],
  ] as const) await server.grant(principal, role, unit);
}, 60_000);
afterAll(async () => {
  stream?.close();
  await server?.close();
});

const progress = async (as: string, asOf = '2022-05-31'): Promise<unknown> => {
  const { data } = await officers.ask(
    as,
    `query ($campaign: String!, $phase: String, $indicator: String!, $asOf: Date) { orgUnit(code: "D272") { progress(campaign: $campaign, phase: $phase, indicator: $indicator, asOf: $asOf) {
       result { value origin } target { value origin } completionPercent } } }`,
    { ...SERIES, asOf },
  );
  return data.orgUnit?.progress ?? null;
};

test('the confederation launches, the city assigns, the district reports, the city approves', { timeout: 60_000 }, async () => {
  // The campaign, which lacks a target until the confederation has set itself one.
  const drafted = await officers.send('confederation', 'draftCampaign', {
    code: CAMPAIGN, unit: 'TLD', name: '01 triệu sáng kiến', kind: 'PROGRAMME', startsOn: '2022-01-08', endsOn: '2023-09-01', theme: 'Nỗ lực vượt khó, sáng tạo',
    objective: 'Một triệu sáng kiến', content: 'Đề xuất và áp dụng sáng kiến', measures: 'Cổng thông tin của Tổng Liên đoàn', audience: 'Đoàn viên, người lao động',
    phases: [{ code: 'giai-doan-1', name: 'Giai đoạn 1', kind: 'PHASE', startsOn: '2022-01-08', endsOn: '2022-05-31' }], indicators: ['initiatives'],
  }, 'campaign { status version }');
  expect(drafted).toMatchObject({ campaign: { status: 'DRAFT' }, userErrors: [] });
  const launch = (expectedVersion: number) => officers.send('confederation', 'launchCampaign', { code: CAMPAIGN, expectedVersion, launchedOn: '2022-01-08' }, 'missing campaign { status version }');
  expect(await launch(drafted['campaign'].version)).toMatchObject({ missing: ['TARGET'], userErrors: [{ code: 'INCOMPLETE' }] });
  const assignment = { unit: 'P01', ...SERIES, method: 'EXPLICIT', shares: [{ unit: 'D272', value: 431 }], decidedOn: '2022-01-08' };
  const report = { unit: 'D272', ...SERIES, coverage: 'SUBTREE', asOf: '2022-05-31', value: 1709, statedPercent: 397, statedBasis: 'ASSIGNED' };
  // Nobody below knows of it yet, nor reports anything.
  expect(await officers.refused('city', 'assignTargets', assignment)).toBe('NOT_FOUND input.campaign');
  expect(await officers.refused('district', 'saveResult', report)).toBe('NOT_FOUND input.campaign');
  await officers.send('confederation', 'setOwnTarget', { unit: 'TLD', campaign: CAMPAIGN, indicator: 'initiatives', value: 1_000_000, decidedOn: '2022-01-08' });
  const launched = await launch(drafted['campaign'].version);
  expect(launched).toMatchObject({ campaign: { status: 'LAUNCHED' }, userErrors: [], missing: [] });

  // The city assigns; the district could not.
  for (const other of ['district-head', 'neighbour']) expect(await officers.refused(other, 'assignTargets', { ...assignment, unit: 'P01' })).toMatch(/^(FORBIDDEN|NOT_FOUND) input.unit$/);
  expect(await officers.refused('district', 'assignTargets', assignment)).toBe('FORBIDDEN');
  const ALLOCATION = 'allocation { allocated unallocated version shares { unit { code } value } } figures { value }';
  const preview = await officers.send('city', 'assignTargets', { ...assignment, preview: true }, ALLOCATION);
  expect(preview).toMatchObject({ allocation: { allocated: 431 }, figures: [], userErrors: [] });
  expect(await progress('district')).toMatchObject({ target: null });
  const assigned = await officers.send('city', 'assignTargets', { ...assignment, idempotencyKey: 'assign' }, ALLOCATION);
  expect(assigned).toMatchObject({ allocation: { allocated: 431 }, figures: [{ value: 431 }], userErrors: [] });
  expect(await progress('district')).toEqual({ result: null, target: { value: 431, origin: 'STATED' }, completionPercent: null });

  // A subscriber in the city listens.
  const token = await server.tokenFor('city');
  stream = await openSse(server.url, {
    query: `subscription { progressChanged(unit: "D272", campaign: "${CAMPAIGN}") { at unit { code } progress { indicator { code } phase { code } result { value } completionPercent } } }`,
  }, { authorization: `Bearer ${token}` });
  expect(stream.status).toBe(200);
  // From now on nothing is missed.
  expect(await stream.next()).toMatchObject({ type: 'next', payload: { data: { progressChanged: { progress: [] } } } });

  // The district reports; that alone moves nothing, and it could not approve.
  const saved = await officers.send('district', 'saveResult', { ...report, idempotencyKey: 'save' });
  expect(saved).toMatchObject({ figure: { status: 'DRAFT', value: 1709 }, warnings: [], userErrors: [] });
  const submitted = await officers.send('district', 'submitResult', of(saved.figure!));
  expect(submitted.figure).toMatchObject({ status: 'SUBMITTED' });
  expect(await officers.refused('district', 'approveResult', of(submitted.figure!))).toBe('FORBIDDEN');
  expect(await officers.refused('district', 'returnResult', { ...of(submitted.figure!), reason: 'x' })).toBe('FORBIDDEN');
  expect(await officers.refused('district-head', 'approveResult', of(submitted.figure!))).toBe('FORBIDDEN input.id');
  expect(await officers.refused('district-head', 'returnResult', { ...of(submitted.figure!), reason: 'x' })).toBe('FORBIDDEN input.id');
  expect(await officers.refused('neighbour', 'approveResult', of(submitted.figure!))).toBe('NOT_FOUND input.id');
  expect(await progress('city')).toMatchObject({ result: null });

  const approved = await officers.send('city', 'approveResult', of(submitted.figure as Figured));
  expect(approved).toMatchObject({ figure: { status: 'APPROVED' }, userErrors: [] });
  expect(await progress('district')).toEqual({ result: { value: 1709, origin: 'STATED' }, target: { value: 431, origin: 'STATED' }, completionPercent: 396.52 });

  const heard = await stream.next();
  expect(heard).toMatchObject({
    type: 'next',
    payload: { data: { progressChanged: { unit: { code: 'D272' }, progress: [{ indicator: { code: 'initiatives' }, phase: { code: 'giai-doan-1' }, result: { value: 1709 }, completionPercent: 396.52 }] } } },
  });

  // The trail tells it to the district, too; not to its neighbour.
  const TRAIL = '{ auditTrail(unit: "D272", first: 10) { nodes { action principal before after unit { code } } } }';
  const { data: trail } = await officers.ask('district', TRAIL);
  expect(trail.auditTrail.nodes.map(({ action, principal }: { action: string; principal: string }) => `${principal} ${action}`)).toEqual([
    'city APPROVE_RESULT', 'district SUBMIT_RESULT', 'district SAVE_RESULT', 'city ASSIGN_TARGET',
  ]);
  expect(trail.auditTrail.nodes[0]).toMatchObject({ before: { status: 'SUBMITTED' }, after: { status: 'APPROVED', value: '1709.0000', asOf: '2022-05-31', campaign: CAMPAIGN } });
  expect((await officers.ask('neighbour', TRAIL)).data.auditTrail.nodes).toEqual([]);
  expect((await verify(server.db.pool)).differences).toEqual([]);
});

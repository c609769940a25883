/** A small tree for the workflow: a nation, two provinces, their districts and unions; a campaign that runs in all of it. */
import type { Answer, TestServer } from '../support/server.js';

export const TREE = [
  { type: 'orgUnit', code: 'N', name: 'Tổng LĐLĐ', level: 'NATIONAL', kind: 'CONFEDERATION', validFrom: '2000-01-01' },
  ...['P1', 'P2'].map((code) => unit(code, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N')),
  ...['D1', 'D2'].map((code) => unit(code, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P1')),
  unit('D3', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P2'),
  ...['G1', 'G2', 'G3'].map((code) => unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', 'D1')),
  unit('G4', 'GRASSROOTS', 'GRASSROOTS_UNION', 'D2'),
  { type: 'indicator', code: 'i', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' },
  { type: 'indicator', code: 'i.uploaded', name: 'Cập nhật', unitOfMeasure: 'sáng kiến', aggregation: 'SUM', countingStage: 'UPLOADED' },
  { type: 'indicator', code: 'i.valid', name: 'Hợp lệ', unitOfMeasure: 'sáng kiến', aggregation: 'SUM', countingStage: 'VALID' },
  {
    type: 'campaign', code: 'c', name: 'Phong trào', campaignKind: 'PROGRAMME', launchedBy: 'N', indicators: ['i', 'i.uploaded', 'i.valid'], startsOn: '2022-01-01', endsOn: '2022-12-31',
    phases: [{ code: 'p1', name: 'Giai đoạn 1', startsOn: '2022-01-01', endsOn: '2022-05-31' }],
  },
  // What is counted in the campaign.
  ...['i', 'i.uploaded', 'i.valid'].map((indicator) => ({ type: 'target', unit: 'N', campaign: 'c', indicator, basis: 'SELF_SET', value: 1_000_000, decidedOn: '2022-01-01' })),
  { type: 'target', unit: 'N', campaign: 'c', phase: 'p1', indicator: 'i', basis: 'SELF_SET', value: 1_000_000, decidedOn: '2022-01-01' },
];

function unit(code: string, level: string, kind: string, parent: string): object {
  return { type: 'orgUnit', code, name: `Đơn vị ${code}`, level, kind, parent, validFrom: '2000-01-01' };
}

/** Officers by unit: r-D1 reports for it, a-P1 approves what comes from beneath it, and so on. */
export async function appoint(server: TestServer): Promise<void> {
  for (const code of ['N', 'P1', 'P2', 'D1', 'D2', 'D3', 'G1', 'G2', 'G4']) {
    await server.grant(`v-${code}`, 'VIEWER', code);
    await server.grant(`r-${code}`, 'REPORTER', code);
    await server.grant(`a-${code}`, 'APPROVER', code);
    await server.grant(`m-${code}`, 'CAMPAIGN_MANAGER', code);
  }
}

export interface Figured {
  id: string;
  version: number;
  status: string;
  value: number;
}
export interface Done {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  [field: string]: any;
  figure: Figured | null;
  warnings: { code: string }[];
  userErrors: { path: string[]; code: string; message: string }[];
  replayed: boolean;
}

const FIGURE = 'figure { id version status value asOf submittedAt approvedAt returnReason endReason correctionReason warnings corrects { id status } supersededBy { id } unit { code } }';

/** Sends mutations of results, as an officer. */
export class Officers {
  constructor(readonly server: TestServer) {}

  async ask(as: string, document: string, variables?: Record<string, unknown>): Promise<Answer> {
    return this.server.query(document, variables, { as: await this.server.tokenFor(as) });
  }

  async send(as: string, name: string, input: object, selection = `${FIGURE} ${/^(save|submit|correct)Result$/.test(name) ? 'warnings { code message }' : ''}`): Promise<Done> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await this.ask(as, `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} replayed userErrors { path code message } } }`, { input });
    if (errors) throw Object.assign(new Error(`${name}: ${errors[0]!.message}`), { code: errors[0]!.extensions['code'] });
    return data[name] as Done;
  }

  /** Refused outright: the code of the error. */
  async refused(as: string, name: string, input: object): Promise<unknown> {
    try {
      const { userErrors } = await this.send(as, name, input, '__typename');
      return userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).join();
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  }

  save(as: string, unit: string, value: number, more: object = {}): Promise<Done> {
    return this.send(as, 'saveResult', { unit, campaign: 'c', indicator: 'i', coverage: 'SUBTREE', asOf: '2022-05-31', value, ...more });
  }

  /** Written and handed in by the one, approved by the other. */
  async report(reporter: string, approver: string, unit: string, value: number, more: object = {}): Promise<Figured> {
    const saved = await this.save(reporter, unit, value, more);
    const submitted = await this.submit(reporter, saved.figure!);
    const approved = await this.send(approver, 'approveResult', of(submitted.figure!));
    if (approved.userErrors.length > 0) throw new Error(JSON.stringify([saved, submitted, approved].map(({ userErrors }) => userErrors)));
    return approved.figure!;
  }

  submit(as: string, figure: Figured, acknowledge = ['RESULT_FALLS', 'FAR_ABOVE_TARGET', 'AFTER_END', 'BELOW_LATER_STAGE', 'BELOW_DETAIL', 'BEFORE_DETAIL']): Promise<Done> {
    return this.send(as, 'submitResult', { ...of(figure), acknowledge });
  }

  async total(unit: string, on = '2022-12-31', indicator = 'i'): Promise<number | null> {
    const { data } = await this.server.query(`{ orgUnit(code: "${unit}") { progress(campaign: "c", indicator: "${indicator}", asOf: "${on}") { result { value } } } }`);
    return data.orgUnit.progress.result?.value ?? null;
  }
}

/** What names a figure as it was seen. */
export const of = ({ id, version }: Figured): { id: string; expectedVersion: number } => ({ id, expectedVersion: version });

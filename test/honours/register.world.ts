/** The small tree of results, with people in it, for works, models and initiatives. */
import { startTestServer, type TestServer } from '../support/server.js';
import { appoint, Officers, TREE, type Done } from '../results/world.js';

export interface Register {
  readonly server: TestServer;
  readonly officers: Officers;
  /** Sends a mutation; refused outright, it fails. */
  send(as: string, name: string, input: object): Promise<Done>;
  /** Its faults, as code and path; or the code with which it was refused outright. */
  faults(as: string, name: string, input: object): Promise<string>;
  /** What a query of one unit answers, as someone. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  ofUnit(as: string, unit: string, fields: string): Promise<any>;
}

export const WORK = 'work { id code kind name congressTier status valueVnd valueQualifier registeredOn registeredOnPrecision completedOn completedOnPrecision plaquedOn plaquedOnPrecision source note version unit { code } campaign { code } }';
export const MODEL = 'model { id code name sector exemplary status startedOn startedOnPrecision source note version unit { code } programme { code } basisDocument { code } }';
const INITIATIVE_FIELDS = 'id code title kind summary secret stage stageOn description benefitVnd benefitQualifier source note version unit { code } campaign { code } phase { code } authors { code } history { stage on reason }';
export const INITIATIVE = `initiative { ${INITIATIVE_FIELDS} }`;
const SHOWN: Record<string, string> = {
  saveWork: WORK, plaqueWork: WORK, savePracticeModel: MODEL, markModelExemplary: MODEL, saveInitiative: INITIATIVE, advanceInitiative: INITIATIVE,
  advanceInitiatives: `done outcomes { code initiative { stage version } userErrors { path code } }`, feedInitiativeCounts: 'figures { id version status value coverage asOf derived indicator { code } phase { code } unit { code } }',
};

export async function startRegister(): Promise<Register> {
  const server = await startTestServer({ seed: false });
  await server.load([
    ...TREE,
    ...['G1', 'G2', 'D2'].map((unit) => ({ type: 'person', code: `pe-${unit}`, unit, name: `Nguyễn Văn ${unit}` })),
    { type: 'document', code: 'plan', unit: 'N', kind: 'PLAN', title: 'Kế hoạch' }, { type: 'document', code: 'plan-D2', unit: 'D2', kind: 'PLAN', title: 'Kế hoạch' },
    { type: 'campaign', code: 'of-P2', name: 'Của tỉnh hai', campaignKind: 'MOVEMENT', launchedBy: 'P2' },
  ]);
  await appoint(server);
  const officers = new Officers(server);
  const send: Register['send'] = (as, name, input) => officers.send(as, name, input, SHOWN[name]!);
  return {
    server, officers, send,
    faults: async (as, name, input) => {
      try {
        return (await send(as, name, input)).userErrors.map(({ code, path }) => `${code} ${path.slice(1).join('.')}`).join();
      } catch (error) {
        return String((error as { code?: unknown }).code);
      }
    },
    ofUnit: async (as, unit, fields) => {
      const { data, errors } = await officers.ask(as, `{ orgUnit(code: "${unit}") { ${fields} } }`);
      if (errors) throw Object.assign(new Error(errors[0]!.message), { code: errors[0]!.extensions['code'] });
      return data.orgUnit;
    },
  };
}

/** The server as the state machine meets it: requests go in by places of figures, and come back by them. */
import { STEPS, type Answer, type Deed, type Request, type Shown, type Status } from './model.js';
import { openRowIds } from '../../../src/shared/row-ids.js';
import type { TestServer } from '../../support/server.js';

interface SentFigure {
  id: string;
  status: Status;
  version: number;
  value: number;
}
/** A payload: what of it there is follows from the mutation. */
interface Sent {
  replayed: boolean;
  userErrors: { path: string[]; code: string }[];
  figure: SentFigure | null;
  warnings: { code: string }[];
  done: number;
  outcomes: { figure: SentFigure | null; warnings: { code: string }[]; userErrors: { path: string[]; code: string }[] }[];
}
interface FigureRow {
  id: string;
  status: Status;
  version: number;
  value: string;
}

export class Real {
  readonly #tokens = new Map<string, string>();
  #lastEntry = '0';
  #ids: string[] = [];

  private constructor(
    readonly server: TestServer,
    readonly seal: (id: string) => string,
  ) {}

  static async open(server: TestServer): Promise<Real> {
    const ids = await openRowIds(server.db.pool);
    return new Real(server, (id) => ids.seal('Figure', id));
  }

  async #token(principal: string): Promise<string> {
    const known = this.#tokens.get(principal) ?? (await this.server.tokenFor(principal));
    this.#tokens.set(principal, known);
    return known;
  }

  async send(request: Request): Promise<{ answer: Answer; figures: Shown[]; trail: Deed[] }> {
    const { principal, name, key, save, target, item, value, items, mode } = request;
    const ref = ({ figure, ...rest }: { figure: number }): object => ({ id: this.seal(this.#ids[figure]!), ...rest });
    const given = items ? { items: items.map(ref), mode } : save ?? target ?? { ...ref(item!), ...(value !== undefined && { value }), ...(/^(return|withdraw|correct)/.test(name) && { reason: 'Vì vậy' }) };
    const input = { ...given, ...(key !== undefined && { idempotencyKey: key }) };
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const isDrafting = name === 'saveResult' || name === 'submitResult' || name === 'correctResult';
    const selection = items ? 'done outcomes { figure { ...f } warnings { code } userErrors { path code } }' : `figure { ...f } ${isDrafting ? 'warnings { code }' : ''}`;
    const { data, errors } = await this.server.query(
      `mutation ($input: ${type}!) { it: ${name}(input: $input) { ${selection} replayed userErrors { path code } } } fragment f on Figure { id status version value }`,
      { input },
      { as: await this.#token(principal) },
    );
    const [figures, trail] = await Promise.all([this.figures(), this.trail()]);
    return { answer: errors ? { refused: String(errors[0]!.extensions['code']) } : this.#answer(data.it, items !== undefined, isDrafting), figures, trail };
  }

  /** With the places of figures for their ids. */
  #answer({ replayed, userErrors, done, outcomes, figure, warnings }: Sent, isOfMany: boolean, isDrafting: boolean): Answer {
    const places = new Map(this.#ids.map((id, n) => [this.seal(id), n]));
    const shown = (one: SentFigure | null): Shown => one && [places.get(one.id) ?? -1, one.status, one.version, one.value];
    const told = (list: { path: string[]; code: string }[]): string[] => list.map(({ path, code }) => `${path.join('.')} ${code}`);
    const codes = (list: { code: string }[]): string[] => list.map(({ code }) => code);
    return {
      replayed,
      errors: told(userErrors),
      ...(isOfMany
        ? { done, outcomes: outcomes.map((one) => ({ figure: shown(one.figure), warnings: codes(one.warnings), errors: told(one.userErrors) })) }
        : { figure: shown(figure), ...(isDrafting && { warnings: codes(warnings) }) }),
    };
  }

  /** All that there are, in the order in which they came. */
  async figures(): Promise<Shown[]> {
    const { rows } = await this.server.db.pool.query<FigureRow>('select id::text, status, version, value::text from figure order by figure.id');
    this.#ids = rows.map(({ id }) => id);
    return rows.map(({ status, version, value }, n) => [n, status, version, Number(value)]);
  }

  /** What has come into the audit log about results since this was asked last. */
  async trail(): Promise<Deed[]> {
    const { rows } = await this.server.db.pool.query<Deed & { id: string }>(
      `select a.id::text, a.principal, a.action, u.code as unit, a.before ->> 'status' as before, a.after ->> 'status' as after
       from audit_log a left join org_unit u on u.id = a.unit_id where a.id > $1 order by a.id`,
      [this.#lastEntry],
    );
    this.#lastEntry = rows.at(-1)?.id ?? this.#lastEntry;
    return rows.filter(({ action }) => ACTIONS.has(action)).map(({ id: _id, ...deed }) => deed);
  }

  /** Totals by unit, campaign, indicator and measure, each from its day on. */
  async balances(): Promise<Map<string, { date: string; total: bigint | null }[]>> {
    const { rows } = await this.server.db.pool.query<{ of: string; date: string; total: string | null }>(
      `select concat_ws('|', u.code, k.code, i.code, s.measure) as of, b.date::text, (b.total * 10000)::bigint::text as total
       from balance b join org_unit u on u.id = b.unit_id join series s on s.id = b.series_id join campaign k on k.id = s.campaign_id join indicator i on i.id = s.indicator_id
       order by 1, b.date`,
    );
    const found = new Map<string, { date: string; total: bigint | null }[]>();
    for (const { of, date, total } of rows) found.set(of, [...(found.get(of) ?? []), { date, total: total === null ? null : BigInt(total) }]);
    return found;
  }

  /** As if nothing had ever been. */
  async clear(): Promise<void> {
    await this.server.db.pool.query(
      `truncate org_unit, structure_source, structure_record, placement, ancestry, census, census_past, campaign, campaign_phase, indicator, indicator_record, series, figure, balance, balance_past, part_sum, ledger_load,
       role_grant, idempotency, audit_log, audit_seal restart identity cascade`,
    );
    this.#ids = [];
    this.#lastEntry = '0';
  }
}

const ACTIONS = new Set<string>(['SAVE_RESULT', 'SET_OWN_TARGET', ...Object.values(STEPS).map(({ action }) => action)]);

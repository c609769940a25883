/**
 * Random documents over the whole schema: the walk is the schema's, the values come from pools by what an argument is
 * called. A text argument without a pool is an error, so that whoever adds one says what to try with it.
 */
import {
  getNamedType, getNullableType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isRequiredArgument, isRequiredInputField,
  type GraphQLArgument, type GraphQLField, type GraphQLInputObjectType, type GraphQLInputType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema,
} from 'graphql';
import { addDays } from './worlds.js';
import type { Dice } from './dice.js';
import type { Pairs } from './pairs.js';
import { nextStages } from '../oracle/register.js';
import { ANY, ID, idOf } from '../oracle/things.js';
import { isOpen, type Campaign, type Day, type Figure, type Publication, type Status, type Unit, type World } from '../oracle/world.js';

/** A value that goes by a variable: the server and the oracle have their own for the same thing. */
export interface Paired {
  server: string;
  oracle: string;
}
export interface RandomDocument {
  source: string;
  variables: { server: Record<string, string>; oracle: Record<string, string> };
}

/** Somewhere that the schema has grown past the grammar. */
export class GrammarGap extends Error {}

class Enum {
  constructor(readonly name: string) {}
}

/** What a document is about, so that its arguments fit together more often than not. */
interface Theme {
  unit: Unit;
  campaign: string;
  phase: string | null;
  indicator: string;
  day: Day;
}

const WORDS = ['dong da', 'Tây', 'hoa', 'LDLD', 'bi danh', 'Union', 'Phúc Thọ', 'campaign', 'ten', '1', 'y', 'xyz', 'hòa bình', '%', '_', ' '];
/** What many things begin with, or have in their names. */
const LOOKED = ['d', 'l', 'p', 'c', 'ldld huyen', 'tinh ldld', 'nguyen', '“đống” – đa', 'g1 g', 'bi danh 1'];
const ODD = ['', 'KHÔNG', "x' or 1=1 --", 'N\u0000', 'x'.repeat(100), 'TLD'];
/** Which orders a list comes in: cursors of another are refused. */
const ORDERS: Record<string, (args: Map<string, unknown>) => string> = {
  OrgUnitConnection: (args) => ((args.get('orderBy') as Enum | undefined)?.name === 'NAME' ? 'unit.name' : 'unit.code'),
  CampaignConnection: () => 'campaign.code',
  SearchResultConnection: () => 'search',
  DocumentConnection: () => 'document.code',
  AimConnection: () => 'aim',
  PartnerConnection: () => 'partner.code',
  EventConnection: () => 'event.day',
  IndicatorConnection: () => 'indicator.code',
  TaskConnection: () => 'task.due',
  AdoptionConnection: () => 'adoption',
  GrantConnection: () => 'grant.id',
  ApiKeyConnection: () => 'key.expiry',
  AuditEntryConnection: () => 'audit.id',
  AwardConnection: () => 'award.day',
  AwardBreachConnection: () => 'award.breach',
  AwardRecipientConnection: () => 'award.recipient',
  ClaimConnection: () => 'claim.code',
  RegionConnection: () => 'region.code',
  StatedRankConnection: () => 'rank.day',
  RankingEntryConnection: () => 'ranking.place',
  DisclosureConnection: () => 'disclosure.id',
  PublicationConnection: () => 'publication.day',
  MemberCountConnection: () => 'count.date',
  FigureConnection: () => 'figure.date',
  NormConnection: () => 'norm.date',
  BreakdownPartConnection: () => 'breakdown',
  WorkConnection: () => 'work.code',
  PracticeModelConnection: () => 'model.code',
  InitiativeConnection: () => 'initiative.date',
};
/** Steps of results, by how inputs are called: of which statuses they take figures. */
const STEPS: Record<string, Status[]> = {
  Submit: ['DRAFT', 'RETURNED'], Return: ['SUBMITTED'], Approve: ['SUBMITTED'], Correct: ['APPROVED'], Withdraw: ['DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED'],
};
/** Steps of awards, by how inputs are called: from which statuses. */
const AWARD_STEPS: Record<string, string[] | undefined> = {
  ReviewAwardInput: ['NOMINATED'], DeclineAwardInput: ['NOMINATED', 'REVIEWED'], DecideAwardInput: ['REVIEWED'], PresentAwardInput: ['DECIDED'], RevokeAwardInput: ['DECIDED', 'PRESENTED'],
};
const ALL_WARNINGS = ['RESULT_FALLS', 'FAR_ABOVE_TARGET', 'AFTER_END', 'BELOW_LATER_STAGE', 'BELOW_DETAIL', 'BEFORE_DETAIL'];
const DEEPEST = 5;
const MOST_FIELDS = 45;

export class Grammar {
  readonly #days: Day[];
  readonly #ways: (goal: string) => ReadonlySet<string>;
  /** What leads to the one thing that this document is after. */
  #boosted: ReadonlySet<string> = new Set();
  #theme!: Theme;
  #variables!: Paired[];
  #fields = 0;
  /** What a step on the way of a figure is to be taken with. */
  #figure: Figure | undefined;
  #operation = '';
  /** Whether one value of this document is to be refused. */
  #spoil = false;

  constructor(
    readonly schema: GraphQLSchema,
    readonly world: World,
    readonly pairs: Pairs,
    readonly dice: Dice,
    readonly exercised: ReadonlyMap<string, number>,
    /** What is to be reached before all else: each document goes after one of it. */
    private readonly wanted: ReadonlySet<string> = new Set(),
  ) {
    this.#ways = waysOf(schema);
    const { today } = world;
    const changes = ['2015-01-01', '2020-07-01', '2021-03-01', '2021-03-02', '2022-01-01', '2023-05-20', today, addDays(today, 1), addDays(today, 40)];
    this.#days = changes.flatMap((day) => [addDays(day, -1), day, addDays(day, 1)]);
  }

  query(): RandomDocument {
    return this.#document('query', this.schema.getQueryType()!);
  }

  /** Undefined while the schema has none. */
  mutation(): RandomDocument | undefined {
    const type = this.schema.getMutationType();
    return type ? this.#document('mutation', type) : undefined;
  }

  /** Undefined while the schema has none. */
  subscription(): RandomDocument | undefined {
    const type = this.schema.getSubscriptionType();
    return type ? this.#document('subscription', type) : undefined;
  }

  #document(operation: string, type: GraphQLObjectType): RandomDocument {
    this.#theme = this.#newTheme();
    this.#variables = [];
    this.#fields = 0;
    this.#spoil = this.dice.chance(0.05);
    this.#operation = operation;
    this.#boosted = this.#waysOn(type.name);
    // A subscription asks for one field.
    const body = operation === 'subscription' ? `{ ${this.#field(type, this.dice.pick(Object.values(type.getFields())), 0, '')} }` : this.#selection(type, 0);
    return {
      source: `${operation} ${this.#declarations()}${body}`,
      variables: {
        server: Object.fromEntries(this.#variables.map(({ server }, i) => [`v${i}`, server])),
        oracle: Object.fromEntries(this.#variables.map(({ oracle }, i) => [`v${i}`, oracle])),
      },
    };
  }

  readonly #types: string[] = [];
  /** No two keys expire on one day: which comes first would follow from their ids. */
  #expiries = 0;
  #keys = 0;
  #declarations(): string {
    return this.#variables.length === 0 ? '' : `(${this.#variables.map((_, i) => `$v${i}: ${this.#types[i]}`).join(', ')}) `;
  }

  #variable(value: Paired, type: GraphQLInputType): string {
    this.#types[this.#variables.length] = String(type);
    return `$v${this.#variables.push(value) - 1}`;
  }

  #newTheme(): Theme {
    const { dice, world } = this;
    const own = dice.chance(0.12) ? dice.pick([...world.campaigns.values()]) : null;
    if (own?.launchedBy) return { unit: own.launchedBy, campaign: own.code, phase: own.phases[0]?.code ?? null, indicator: 'i.1', day: own.startsOn ?? '2022-01-01' };
    const assigned = world.figures.filter(({ measure, status }) => measure === 'ASSIGNED' && status === 'APPROVED');
    const known = dice.weighed<Publication | Figure | undefined>([2, dice.maybe(world.publications)], [1, dice.maybe(assigned)], [2, undefined]) ?? dice.pick(world.figures);
    const unit = dice.pick([known.unit, ...(known.measure === 'ASSIGNED' ? [world.parentOn(known.unit, known.asOf) ?? known.unit] : []), known.unit, dice.pick(world.lineToday(known.unit)), dice.pick([...world.units.values()])]);
    return { unit, campaign: known.campaign.code, phase: known.phase?.code ?? null, indicator: known.indicator.code, day: known.asOf };
  }

  /** To something that is still wanted: by a query, or where no query leads there. */
  #waysOn(root: string): ReadonlySet<string> {
    const leads = (ways: ReadonlySet<string>, from: string): boolean => [...ways].some((name) => name.startsWith(`${from}.`));
    const left = [...this.wanted].filter((name) => !this.exercised.has(name)).map(this.#ways);
    const fit = left.filter((ways) => leads(ways, root) && (root === 'Query' || !leads(ways, 'Query')));
    return fit.length > 0 ? this.dice.pick(fit) : new Set();
  }

  #weight(name: string): number {
    return this.#boosted.has(name) ? 1 : (this.#boosted.size > 0 ? 0.05 : 1) / (1 + (this.exercised.get(name) ?? 0));
  }

  /** `prefix`: of the fields' aliases, where several types answer in one place. */
  #selection(type: GraphQLObjectType, depth: number, prefix?: string): string {
    // Whether a mutation was refused, and as what, is always asked.
    if (type.name === 'UserError') return '{ path code message }';
    const refusal = type.getFields()['userErrors'];
    const fields = Object.values(type.getFields()).filter((field) => field !== refusal);
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const branches = depth >= DEEPEST ? [] : fields.filter((field) => isCompositeType(getNamedType(field.type)));
    const wanted = depth === 0 ? 1 + this.dice.below(2) : this.dice.weighed([3, 1], [3, 2], [1, 3], [1, 0]);
    const parts = [
      ...this.#choose(type, leaves, 1 + this.dice.below(4)),
      ...this.#choose(type, branches, leaves.length === 0 ? Math.max(1, wanted) : wanted),
    ].map((field) => this.#field(type, field, depth, prefix ?? (this.dice.chance(0.05) ? 'a_' : '')));
    if (refusal) parts.push(this.#field(type, refusal, depth, ''));
    // Whoever is to take the next step knows it by its id.
    if (this.#operation === 'mutation' && type.name === 'Figure') parts.push('id');
    const kept = parts.filter((part) => part !== '');
    return `{ ${kept.length > 0 ? kept.join(' ') : '__typename'} }`;
  }

  /** Those seldom exercised first, more or less. */
  #choose(type: GraphQLObjectType, fields: GraphQLField<unknown, unknown>[], most: number): GraphQLField<unknown, unknown>[] {
    const least = this.#boosted.size > 0 ? 0.001 : 0.02;
    const left = fields.map((field) => [Math.max(least, this.#weight(`${type.name}.${field.name}`)), field] as const);
    const chosen: GraphQLField<unknown, unknown>[] = [];
    while (chosen.length < most && left.length > 0) {
      const field = this.dice.weighed(...left);
      left.splice(left.findIndex(([, one]) => one === field), 1);
      chosen.push(field);
    }
    return chosen;
  }

  #field(owner: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number, prefix: string): string {
    if (this.#fields++ > MOST_FIELDS && field.name !== 'userErrors') return '';
    const name = `${owner.name}.${field.name}`;
    const args = this.#arguments(name, field, depth);
    const given = [...args].map(([argument, value]) => `${argument}: ${print(value)}`);
    const call = `${prefix === '' ? '' : `${prefix}${field.name}: `}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`;
    const type = getNamedType(field.type as GraphQLOutputType);
    if (isObjectType(type)) {
      // A page is as deep as what it lists.
      const wrapper = /(Connection|Edge)$/.test(type.name);
      return `${call} ${this.#selection(type, wrapper ? depth : depth + 1)}`;
    }
    if (isAbstractType(type)) {
      const kinds = this.dice.some(this.schema.getPossibleTypes(type), 3);
      const parts = kinds.map((kind) => `... on ${kind.name} ${this.#selection(kind, Math.max(depth + 1, DEEPEST - 1), `${kind.name}_`)}`);
      return `${call} { __typename ${parts.join(' ')} }`;
    }
    return call;
  }

  #arguments(owner: string, field: GraphQLField<unknown, unknown>, depth: number): Map<string, unknown> {
    const given = new Map<string, unknown>();
    // The order of a list is settled before its cursors are.
    for (const argument of [...field.args].sort((a, b) => Number(a.name === 'after') - Number(b.name === 'after'))) {
      const name = `${owner}(${argument.name})`;
      const wanted = isRequiredArgument(argument) || (argument.name === 'first' ? depth > 0 || this.dice.chance(0.5) : this.dice.chance(Math.max(0.25, this.#weight(name))));
      if (!wanted) continue;
      const value = argument.name === 'after' ? this.#cursor(field, argument, given) : this.#value(name, argument.name, argument.type, depth);
      if (value !== undefined) given.set(argument.name, value);
    }
    if (/^OrgUnit\.rank(ing)?$/.test(owner)) this.#fitRanked(given);
    return given;
  }

  #cursor(field: GraphQLField<unknown, unknown>, argument: GraphQLArgument, given: Map<string, unknown>): unknown {
    const type = getNamedType(field.type).name;
    const order = ORDERS[type]?.(given);
    if (order === undefined) throw new GrammarGap(`Say in ORDERS in which orders a ${type} comes`);
    if (this.#spoilt()) return this.#variable(this.dice.pick([{ server: 'abc', oracle: 'abc' }, ...this.pairs.cursorsBut(order)]), argument.type);
    const cursors = this.pairs.cursors(order);
    return cursors.length > 0 ? this.#variable(this.dice.pick(cursors), argument.type) : undefined;
  }

  #spoilt(): boolean {
    const spoil = this.#spoil && this.dice.chance(0.5);
    if (spoil) this.#spoil = false;
    return spoil;
  }

  #value(place: string, name: string, type: GraphQLInputType, depth: number): unknown {
    if (!isNonNullType(type) && !NEVER_NULL.has(place) && this.dice.chance(0.03)) return null;
    const nullable = getNullableType(type);
    if (PLACES[place] === 'acknowledge') return this.dice.pick([ALL_WARNINGS, ALL_WARNINGS, this.dice.some(ALL_WARNINGS, 2)]).map((code) => new Enum(code));
    if (PLACES[place] === 'items' && isListType(nullable)) return Array.from({ length: this.dice.weighed([0.2, 0], [3, 1], [3, 2], [2, 3]) }, () => this.#value(place, 'item', nullable.ofType, depth));
    if (isListType(nullable)) return Array.from({ length: this.dice.below(4) }, () => this.#value(place, name, nullable.ofType, depth));
    if (isEnumType(nullable)) return new Enum(this.dice.weighed(...nullable.getValues().map((value) => [this.#weight(`${nullable.name}.${value.name}`) + 0.05, value.name] as const)));
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields());
      this.#figure = this.#figureFor(nullable.name);
      const value = new Map<string, unknown>();
      for (const field of fields)
        if (isRequiredInputField(field) || this.dice.chance(LIKELY[`${nullable.name}.${field.name}`] ?? Math.max(1.2 / fields.length, this.#weight(`${nullable.name}.${field.name}`))))
          value.set(field.name, this.#value(`${nullable.name}.${field.name}`, field.name, field.type, depth));
      if (nullable.name === 'SaveResultInput') this.#fitDraft(value);
      if (/^(Nominate|Review|Decline|Decide|Present|Revoke)AwardInput$/.test(nullable.name) && this.dice.chance(0.85)) this.#fitAward(nullable.name, value);
      if (/^Save(Person|Position|Contact|Cluster)Input$/.test(nullable.name) && this.dice.chance(0.8)) this.#fitSaved(nullable.name, value);
      if (nullable.name === 'RankingGroup' || nullable.name === 'SaveStatedRankInput') this.#fitRank(value);
      if (REGISTERED.test(nullable.name)) this.#fitRegister(nullable.name, value);
      if (/^Save(Document|Aim|AnnualTheme|Partner|Event)Input$/.test(nullable.name)) this.#fitPaper(nullable.name, value);
      if (/^(AssignTargets|SetOwnTarget|RegisterTarget)Input$/.test(nullable.name) && this.dice.chance(0.85)) this.#fitTarget(value, nullable, depth);
      return value;
    }
    switch (String(nullable)) {
      case 'Date':
        if (PLACES[place] === 'expiry') return addDays(this.world.today, this.dice.weighed([6, 3 + 7 * ++this.#expiries], [1, -1], [1, 800]));
        if (PLACES[place] === 'days' && this.dice.chance(0.6)) return addDays(this.world.today, this.dice.below(4));
        return this.#spoilt() ? this.dice.pick(['2022-02-30', 'hôm nay', 20220101, '2022-1-1']) : this.dice.pick([this.#theme.day, this.#theme.day, this.dice.pick(this.#days)]);
      case 'DateTime': {
        // Before anything, after each import, now, and still to come.
        const [first] = this.world.past;
        const known = [...this.world.past.map(({ at }) => at), new Date(Date.parse(first?.at ?? '') - 60_000).toISOString(), new Date().toISOString()];
        return this.#spoilt() ? this.dice.pick(['hôm qua', '2022-01-01', 7, '2099-01-01T00:00:00Z']) : this.dice.pick(known);
      }
      case 'Boolean':
        return this.dice.chance(0.5);
      default:
        return this.#named(place, name, type, depth);
    }
  }

  /** One for which a step stands, more often than not. */
  #figureFor(input: string): Figure | undefined {
    const [, step = '', kind] = /^(\w+?)(Result|Target)(Input|Item)$/.exec(input) ?? [];
    const from = STEPS[step];
    if (!from) return undefined;
    const known = this.world.figures.filter((figure) => this.pairs.known(idOf('Figure', figure)) !== undefined);
    const fit = known.filter(({ measure, status }) => (measure === 'RESULT') === (kind === 'Result') && from.includes(status));
    return this.dice.chance(0.85) && fit.length > 0 ? this.dice.pick(fit) : this.dice.pick(known);
  }

  /** What a draft says, or is to say: of a key that is free, or of a draft that is there. */
  #fitDraft(value: Map<string, unknown>): void {
    const { dice, world } = this;
    const known = dice.chance(0.5) ? dice.maybe(world.figures.filter((figure) => isOpen(figure) && figure.status !== 'SUBMITTED')) : undefined;
    if (known) {
      const { unit, campaign, phase, indicator, coverage, asOf, version } = known;
      for (const [name, one] of Object.entries({ unit: unit.code, campaign: campaign.code, phase: phase?.code ?? null, indicator: indicator.code, coverage: new Enum(coverage), asOf, expectedVersion: version }))
        value.set(name, one);
    } else if (dice.chance(0.8)) value.delete('expectedVersion');
  }

  /** A nomination that may stand, new or known; of the other steps, an award for which they stand. */
  #fitAward(input: string, value: Map<string, unknown>): void {
    const { dice, world } = this;
    const from = AWARD_STEPS[input];
    const award = dice.maybe(world.awards.filter(({ status }) => (from ?? ['NOMINATED']).includes(status)));
    if (from) {
      if (!award) return;
      value.set('code', award.code).set('expectedVersion', award.version);
      for (const on of ['decidedOn', 'presentedOn']) if (value.has(on) && dice.chance(0.7)) value.set(on, world.today);
      return;
    }
    value.delete('expectedVersion');
    const known = dice.chance(0.3) ? award : world.awards.find(({ code }) => code === value.get('code'));
    if (known) value.set('code', known.code).set('unit', known.unit.code).set('expectedVersion', known.version);
    if (!value.has('campaign')) value.delete('phase');
    if (value.has('periodFrom') || value.has('periodTo') || value.has('periodKind')) value.set('periodFrom', '2022-01-01').set('periodTo', dice.pick(['2022-06-30', '2022-12-31']));
    value.delete(dice.pick(['includedIn', 'maybeIncludedIn']));
    value.set('title', 'Công nhân giỏi').set('formVi', dice.pick(['Bằng khen', 'Giấy khen']));
    value.set('issuers', dice.pick([[new Map([['unit', this.#theme.unit.code]])], [new Map([['name', 'UBND huyện']])], [new Map<string, unknown>([['unit', dice.pick(world.lineToday(this.#theme.unit)).code], ['body', new Enum('PRESIDIUM')]])]]));
    if (value.has('countByKind') && dice.chance(0.8)) value.set('countByKind', dice.some(['INDIVIDUAL', 'COLLECTIVE', 'WORK'], 2).map((kind) => new Map<string, unknown>([['kind', new Enum(kind)], ['count', 2 + dice.below(3)]])));
    if (value.has('recipients') && dice.chance(0.7)) {
      const top = world.units.get(value.get('unit') as string);
      const isHere = (unit: Unit): boolean => top === undefined || world.isBeneathToday(unit, top) || dice.chance(0.03);
      const persons = dice.some(world.persons.filter(({ code, unit }) => code !== ANY && isHere(unit)), 2);
      value.set('recipients', [
        ...persons.map(({ code }) => new Map<string, unknown>([['kind', new Enum('INDIVIDUAL')], ['person', code], ['directWorker', dice.chance(0.5)]])),
        ...dice.some([...world.units.values()].filter(isHere), 1).map(({ code }) => new Map<string, unknown>([['kind', new Enum('COLLECTIVE')], ['unit', code]])),
        ...(dice.chance(0.3) ? [new Map<string, unknown>([['kind', new Enum(dice.pick(['HOUSEHOLD', 'MEMBERS_CHILD']))], ['name', 'Cháu A']])] : []),
      ]);
    }
    if (value.has('count')) value.set('count', 20);
    if (value.has('batchSize')) value.set('batchSize', 30);
    if (!value.has('count') && !value.has('countByKind')) value.delete('qualifier');
    for (const text of ['achievement', 'source', 'note']) if (dice.chance(0.6)) value.delete(text);
  }

  /** Of a thing that is there with the version that it has, or of a new one; what must fit fits. */
  #fitSaved(input: string, value: Map<string, unknown>): void {
    const { dice, world } = this;
    value.delete('expectedVersion');
    const knownAs = (thing: { version: number } | undefined): void => void (thing && value.set('expectedVersion', thing.version));
    if (input === 'SavePersonInput') {
      const person = world.persons.find(({ code }) => code === value.get('code'));
      if (person && dice.chance(0.7)) value.set('unit', person.unit.code);
      knownAs(person);
    }
    if (input === 'SaveContactInput') knownAs(world.contacts.find(({ unit }) => unit.code === value.get('unit')));
    if (input === 'SavePositionInput') {
      const position = dice.chance(0.5) ? dice.maybe(world.positions) : undefined;
      const day = position?.from ?? position?.statedOn ?? this.#theme.day;
      value.delete('was');
      for (const [name, one] of Object.entries({ unit: position?.unit.code, person: position?.person.code, role: position && new Enum(position.role) })) if (one !== undefined) value.set(name, one);
      if (dice.chance(0.3)) value.set('was', day);
      else value.set(position && position.from === null ? 'statedOn' : 'from', day);
      if (position && position.from === null && dice.chance(0.7)) value.delete('from');
      if (dice.chance(0.6)) value.delete('to');
      value.set('title', 'Trưởng ban');
      knownAs(position);
    }
    if (input !== 'SaveClusterInput') return;
    const cluster = dice.chance(0.5) ? dice.maybe([...world.clusters.values()]) : undefined;
    const owner = cluster?.owner ?? world.parentToday(this.#theme.unit) ?? this.#theme.unit;
    const year = cluster?.year ?? dice.pick([2022, 2023, 2024]);
    const children = [...world.units.values()].filter((unit) => world.isActive(unit, `${year}-07-01`) && world.parentOn(unit, `${year}-07-01`) === owner);
    const members = dice.some(children, 4).map(({ code }) => code);
    if (members.length === 0) return;
    for (const [name, one] of Object.entries({ owner: owner.code, year, members, ...(cluster && { code: cluster.code, kind: new Enum(cluster.kind) }), ...(value.has('leadUnit') && { leadUnit: dice.pick(members) }) })) value.set(name, one);
    knownAs(cluster ?? world.clusters.get(value.get('code') as string));
  }

  /** One group of units to be ranked; of a stated rank, what goes with its group, and the version that it has. */
  #fitRank(value: Map<string, unknown>): void {
    const { dice, world } = this;
    if (dice.chance(0.1)) return;
    const group = value.get('group');
    if (group instanceof Enum) {
      for (const of of ['region', 'cluster']) if (group.name !== of.toUpperCase()) value.delete(of);
      const known = world.statedRanks.find(({ code }) => code === value.get('code'));
      if (!known) return void value.delete('expectedVersion');
      for (const [name, one] of Object.entries({ unit: known.unit.code, campaign: known.campaign.code, expectedVersion: known.version })) value.set(name, one);
      return;
    }
    const kept = dice.pick(['children', 'children', 'level', 'cluster', 'region']);
    for (const name of ['children', 'level', 'cluster', 'region']) if (name !== kept) value.delete(name);
    if (value.has(kept) && value.get(kept) !== null && value.get(kept) !== false) return;
    value.delete(kept);
    value.set('children', true);
  }

  /** An earlier day where there is growth, and only there. */
  #fitRanked(args: Map<string, unknown>): void {
    const { dice } = this;
    if (dice.chance(0.1)) return;
    const by = args.get('by');
    const asOf = args.get('asOf') ?? this.world.today;
    if (!(by instanceof Enum) || !by.name.startsWith('GROWTH')) return void args.delete('since');
    const before = [...this.#days, '2015-02-01'].filter((day) => typeof asOf === 'string' && day < asOf);
    if (before.length > 0) args.set('since', dice.pick(before));
    const among = args.get('among');
    if (among instanceof Enum && /^(SIBLINGS|LEVEL)/.test(among.name)) args.delete('group');
  }

  /** Of a thing that is there, often, and in the version that it has; else of a new one, with a code: what the server makes up nobody else knows. */
  #fitPaper(input: string, value: Map<string, unknown>): void {
    const { dice, world } = this;
    const { documents, aims, themes, partners, events } = world.papers;
    const rows: readonly { unit: Unit | null; version: number; code?: string; campaign?: Campaign | null; year?: number }[] =
      input === 'SaveDocumentInput' ? [...documents.values()] : input === 'SaveAimInput' ? aims : input === 'SaveAnnualThemeInput' ? themes : input === 'SavePartnerInput' ? [...partners.values()] : [...events.values()];
    const known = dice.chance(0.5) ? dice.maybe(rows) : undefined;
    if (known?.unit) {
      for (const [name, one] of Object.entries({ unit: known.unit.code, code: known.code, ...(input === 'SaveAimInput' && { campaign: known.campaign!.code }), year: known.year, expectedVersion: known.version })) if (one !== undefined) value.set(name, one);
    } else if (input !== 'SaveAnnualThemeInput') {
      value.set('code', dice.weighed([6, `n${dice.below(40)}`], [1, dice.maybe(rows)?.code ?? 'n'], [0.3, dice.pick(ODD)]));
      if (dice.chance(0.8)) value.delete('expectedVersion');
    }
  }

  /** Of a work, model or initiative that is there with the version that it has, or of a new one; what must fit fits. */
  #fitRegister(input: string, value: Map<string, unknown>): void {
    const { dice, world } = this;
    const { works, models, initiatives } = world;
    const all: readonly { code: string; unit: Unit; version: number }[] = /Work/.test(input) ? works : /Model/.test(input) ? models : initiatives;
    if (input === 'FeedInitiativeCountsInput') {
      const fit = initiatives.filter(({ unit, campaign, history }) => campaign?.status === 'LAUNCHED' && world.isActive(unit, world.today) && history[0]!.on <= world.today);
      const { unit, campaign, phase } = dice.maybe(fit) ?? initiatives[0]!;
      if (dice.chance(0.85)) for (const [name, one] of Object.entries({ unit: unit.code, campaign: campaign?.code ?? 'k0', asOf: dice.pick(['2022-05-31', world.today, world.today]), phase: dice.chance(0.3) ? (phase?.code ?? null) : null })) value.set(name, one);
      if (dice.chance(0.7)) value.delete('expectedVersion');
      return;
    }
    if (input === 'AdvanceInitiativesInput') {
      const to = (value.get('to') as Enum).name;
      const fit = dice.some(initiatives.filter((one) => nextStages(one).includes(to)), 3);
      if (dice.chance(0.8) && fit.length > 0) value.set('items', fit.map(({ code, version }) => new Map<string, unknown>([['code', code], ['expectedVersion', version]])));
    }
    if (/^AdvanceInitiatives?Input$/.test(input)) {
      const known = input === 'AdvanceInitiativeInput' && dice.chance(0.85) ? dice.maybe(initiatives.filter((one) => nextStages(one).length > 0)) : undefined;
      if (known) for (const [name, one] of Object.entries({ code: known.code, expectedVersion: known.version, to: new Enum(dice.pick(nextStages(known))) })) value.set(name, one);
      if (dice.chance(0.6)) value.set('on', world.today);
      else if (dice.chance(0.7)) value.delete('on');
      if (dice.chance(0.6)) value.set('reason', 'Trùng');
      return;
    }
    const fit = input === 'PlaqueWorkInput' ? works.filter(({ status }) => status === 'COMPLETED') : all;
    const known = !input.startsWith('Save') || dice.chance(0.5) ? dice.maybe(fit) : undefined;
    if (known) {
      if (dice.chance(0.9)) for (const [name, one] of Object.entries({ code: known.code, expectedVersion: known.version, ...(input.startsWith('Save') && { unit: known.unit.code }) })) value.set(name, one);
      if (input === 'SaveInitiativeInput' && dice.chance(0.8)) value.delete('registeredOn');
      // Of an exemplary model, what stays as it is.
      const model = input === 'SavePracticeModelInput' && dice.chance(0.5) ? world.models.find(({ code, exemplary }) => exemplary && code === known.code) : undefined;
      if (model) {
        const { name, campaign, sector, startedOn, startedOnPrecision, basisDocument, source, note } = model;
        for (const [field, one] of Object.entries({ name, programme: campaign?.code, sector: sector && new Enum(sector), startedOn, startedOnPrecision: startedOn && new Enum(startedOnPrecision), basisDocument: basisDocument?.code, source, note }))
          if (one == null) value.delete(field);
          else value.set(field, one);
      }
    } else if (dice.chance(0.8)) value.delete('expectedVersion');
    // Not everything can be wrong at once.
    for (const [field, other] of [['valueQualifier', 'valueVnd'], ['benefitQualifier', 'benefitVnd'], ['phase', 'campaign']] as const) if (!value.has(other) && dice.chance(0.8)) value.delete(field);
    for (const field of ['registeredOn', 'completedOn', 'startedOn']) if (!value.has(field) && dice.chance(0.8)) value.delete(`${field}Precision`);
    if (value.has('completedOn') && dice.chance(0.7)) value.set('status', new Enum('COMPLETED'));
    if ((value.get('status') as Enum | null | undefined)?.name === 'PLAQUED' && dice.chance(0.8)) value.set('status', new Enum('COMPLETED'));
    if (value.has('authors') && dice.chance(0.6)) value.set('authors', dice.some(world.persons.filter(({ unit, code }) => code !== ANY && world.isBeneathToday(unit, this.#theme.unit)), 2).map(({ code }) => code));
    if (input === 'SaveInitiativeInput' && dice.chance(0.5)) value.set('secret', dice.chance(0.3));
  }

  /** A target of a campaign that takes some, of a day that is fit; what goes with the method. */
  #fitTarget(input: Map<string, unknown>, type: GraphQLInputObjectType, depth: number): void {
    const { dice, world } = this;
    const campaigns = [...world.campaigns.values()].filter(({ status }) => status === 'LAUNCHED');
    const known = dice.maybe(world.figures.filter(({ campaign, indicator }) => campaigns.includes(campaign) && indicator.aggregation === 'SUM'));
    if (known && dice.chance(0.7)) {
      const day = dice.pick([known.asOf, world.today]);
      const isAssigned = type.name === 'AssignTargetsInput';
      const unit = (isAssigned && world.parentOn(known.unit, day)) || known.unit;
      const card = { unit: unit.code, campaign: known.campaign.code, phase: known.phase?.code ?? null, indicator: known.indicator.code, decidedOn: day };
      for (const [name, value] of Object.entries(card)) input.set(name, value);
      const stated = world.figures.filter(({ campaign, phase, indicator, measure, unit: of, counterpart }) => {
        if (campaign !== known.campaign || phase !== known.phase || indicator !== known.indicator) return false;
        return isAssigned ? measure === 'ASSIGNED' && counterpart === unit : of === unit && measure === (type.name === 'SetOwnTargetInput' ? 'SELF_SET' : 'REGISTERED');
      });
      if (dice.chance(0.85)) input.set('expectedVersion', stated.length);
      const children = [...world.units.values()].filter((one) => world.isActive(one, day) && world.parentOn(one, day) === unit);
      if (isAssigned && dice.chance(0.7)) {
        const shares = dice.some(children, 3).map((child) => new Map<string, unknown>([['unit', child.code], ['value', dice.below(200)]]));
        input.set('shares', shares);
      }
      for (const text of ['note', 'source', 'with', 'lastResults']) if (dice.chance(0.7)) input.delete(text);
    }
    if (type.name !== 'AssignTargetsInput') return;
    const method = (input.get('method') as Enum).name;
    const needed = method === 'EXPLICIT' ? 'shares' : 'amount';
    if (!input.has(needed) && dice.chance(0.8)) input.set(needed, this.#value(`${type.name}.${needed}`, needed, type.getFields()[needed]!.type, depth));
    input.delete(method === 'EXPLICIT' ? 'amount' : 'shares');
    if (method !== 'BY_LAST_RESULTS') input.delete('lastResults');
  }

  #named(place: string, name: string, type: GraphQLInputType, depth: number): unknown {
    const { dice, world } = this;
    const codes = (theme: string | null, all: Iterable<string>) => dice.weighed([6, theme ?? 'p1'], [3, dice.pick([...all])], [0.3, dice.pick(ODD)]);
    const units = () => codes(this.#theme.unit.code, world.units.keys());
    switch (PLACES[place] ?? name) {
      case 'first':
        return this.#spoilt() ? dice.pick([-1, 101]) : depth === 0 ? dice.pick([0, 1, 5, 30]) : dice.weighed([1, 0], [2, 1], [4, 3]);
      case 'id': {
        if (this.#spoilt()) return dice.pick(['abc', 'T3JnVW5pdDow', '']);
        const kinds = this.schema.getPossibleTypes(this.schema.getType('Node') as never).map((kind) => kind.name);
        const kind = dice.pick(kinds.filter((name) => name !== 'Disclosure' || world.disclosures.length > 0));
        const ids = this.pairs.ids(kind);
        if (ids.length === 0) throw new GrammarGap(`No id of a ${kind} has been seen: the harvest is to ask for some`);
        return this.#variable(dice.pick(ids), type);
      }
      case 'grantId':
        return this.#variable(dice.chance(0.1) ? dice.pick(this.pairs.ids('OrgUnit')) : dice.pick(this.pairs.ids('Grant')), type);
      case 'keyId': {
        const known = [...world.keys.map(({ keyId }) => ({ server: keyId, oracle: keyId })).filter(({ oracle }) => !oracle.startsWith(ID)), ...this.pairs.ids('ApiKey')];
        return this.#variable(dice.chance(0.1) ? { server: 'nosuchkey000', oracle: 'nosuchkey000' } : dice.pick(known), type);
      }
      case 'principal':
        return dice.pick([...new Set(world.grants.map((grant) => grant.principal).filter((one) => !one.startsWith(ID))), 'nobody', 'somebody', dice.pick(['', ' x', 'key:x', 'key:nosuchkey000', 'x\u0000', '\u200b', 'y'.repeat(256)])]);
      case 'publicationId':
        return this.#variable(dice.chance(0.1) ? dice.pick(this.pairs.ids('OrgUnit')) : dice.pick(this.pairs.ids('Publication')), type);
      case 'disclosureId':
        return this.#variable((dice.chance(0.1) ? undefined : dice.maybe(this.pairs.ids('Disclosure'))) ?? dice.pick(this.pairs.ids('OrgUnit')), type);
      case 'disclosable':
        return dice.weighed([8, dice.maybe(world.disclosable.filter(({ code }) => !code.startsWith(ID)))?.code ?? 'a1'], [0.3, dice.pick(ODD)]);
      case 'clusterCode':
        return codes(null, world.clusters.keys());
      case 'regionCode':
        return codes(null, world.regions.keys());
      case 'groupCode':
        return codes(null, [...world.regions.keys(), ...world.clusters.keys()]);
      case 'rankCode':
        return dice.weighed([4, `rk${dice.below(40)}`], [3, dice.maybe(world.statedRanks.filter(({ code }) => !code.startsWith(ID)))?.code ?? 'rk0'], [0.2, dice.pick(ODD)]);
      case 'rankPlace':
        return dice.weighed([8, 1 + dice.below(9)], [0.3, 0]);
      case 'documentCode':
        return codes(null, world.papers.documents.keys());
      case 'partner':
      case 'partners':
        return codes(null, world.papers.partners.keys());
      case 'eventCode':
        return codes(null, world.papers.events.keys());
      case 'paperCode':
        return `n${dice.below(40)}`;
      case 'themeYear':
        return dice.weighed([6, dice.pick([2022, 2023, 2024])], [0.3, 999]);
      case 'sourceCode':
        return codes(null, world.sources.keys());
      case 'claimCode':
        return codes(null, world.claims.keys());
      case 'idempotencyKey':
        // Most are new; repeats come by asking the same again.
        return dice.weighed([20, `key ${++this.#keys}`], [1, 'a key'], [0.3, ''], [0.3, 'x'.repeat(256)]);
      case 'figureId':
        return this.#variable(dice.chance(0.05) ? dice.pick(this.pairs.ids('OrgUnit')) : this.pairs.known(idOf('Figure', this.#figure!))!, type);
      case 'value':
      case 'amount':
      case 'statedPercent':
        return dice.weighed([8, dice.below(400)], [3, dice.below(3_000_000) / 10_000], [1, 0], [0.3, dice.pick([-1, 1.00001, 9_007_199_254_740_994])]);
      case 'superior':
        return codes((world.parentToday(this.#theme.unit) ?? this.#theme.unit).code, world.units.keys());
      case 'child':
        return dice.weighed([6, dice.pick([this.#theme.unit, ...[...world.units.values()].filter((one) => world.parentToday(one) === world.parentToday(this.#theme.unit))]).code], [1, units()]);
      case 'reportSource':
        return dice.pick(['Báo cáo tháng', '', 'x'.repeat(501)]);
      case 'expectedVersion':
        if (this.#figure && dice.chance(0.85)) return this.#figure.version;
        return dice.weighed([6, 1], [3, 0], [2, 2], [0.5, 3]);
      case 'newAward':
        return dice.weighed([5, `b${dice.below(60)}`], [2, dice.pick(world.awards).code], [0.2, dice.pick(ODD)]);
      case 'award':
      case 'includedIn':
      case 'maybeIncludedIn':
        return codes(null, world.awards.map(({ code }) => code));
      case 'giver':
        return dice.chance(0.5) ? (dice.pick(world.awards).issuers[0]?.unit?.code ?? 'p1') : units();
      case 'work':
      case 'initiative':
        return 'none1';
      case 'count':
      case 'batchSize':
        return dice.weighed([8, 1 + dice.below(6)], [0.3, dice.pick([0, -1])]);
      case 'newPerson':
        return dice.weighed([4, `h${dice.below(30)}`], [2, dice.pick(world.persons.filter(({ code }) => code !== ANY)).code], [0.2, dice.pick(ODD)]);
      case 'person':
        return codes(null, world.persons.map(({ code }) => code).filter((code) => code !== ANY));
      case 'newCluster':
        return dice.weighed([4, `q${dice.below(30)}`], [2, dice.pick([...world.clusters.keys()])], [0.2, dice.pick(ODD)]);
      case 'owner':
        return codes((world.parentToday(this.#theme.unit) ?? this.#theme.unit).code, world.units.keys());
      case 'members':
      case 'leadUnit':
        return dice.weighed([6, this.#theme.unit.code], [2, units()]);
      case 'phones':
      case 'fax':
        return dice.weighed([6, '02373.852.369'], [0.3, dice.pick(['', 'x'.repeat(51)])]);
      case 'email':
        return dice.weighed([6, 'congdoan@example.vn'], [0.5, dice.pick(['', 'nobody', `${'x'.repeat(250)}@a.vn`])]);
      case 'website':
        return dice.weighed([6, dice.pick(['congdoan.vn', 'https://congdoan.vn/a'])], [0.5, dice.pick(['', 'javascript:alert(1)', 'x'])]);
      case 'newWork':
        return dice.weighed([4, `w${dice.below(60)}`], [0.2, dice.pick(ODD)]);
      case 'newModel':
        return dice.weighed([4, `m${dice.below(40)}`], [0.2, dice.pick(ODD)]);
      case 'newInitiative':
        return dice.weighed([4, `s${dice.below(90)}`], [0.2, dice.pick(ODD)]);
      case 'valueVnd':
      case 'benefitVnd':
        return dice.weighed([6, dice.pick([0, 5_000_000, 80_000_000])], [0.4, dice.pick([-1, 0.5, 9_007_199_254_740_994])]);
      case 'programme':
        return codes(this.#theme.campaign, world.campaigns.keys());
      case 'basisDocument':
        return codes(null, world.papers.documents.keys());
      case 'authors':
        return codes(null, world.persons.map(({ code }) => code).filter((code) => code !== ANY));
      case 'summary':
      case 'description':
        return dice.weighed([6, 'Tóm tắt'], [0.4, dice.pick(['', ' ', '\u200b', 'N\u0000', 'x'.repeat(10_001)])]);
      case 'note':
      case 'reason':
        return dice.pick(['Theo báo cáo', ' Nhầm ', '', 'x'.repeat(2001), ' \u200b']);
      case 'keyName':
        return dice.pick(['Cổng đối tác', ' Cổng ', '', '\u3164', 'x'.repeat(201), 'a\u0007']);
      case 'orgUnit':
      case 'unit':
      case 'launchedBy':
      case 'for':
      case 'within':
        return units();
      case 'newCampaign':
        return dice.weighed([4, `n${dice.below(60)}`], [3, this.#theme.campaign], [1, dice.pick([...world.campaigns.keys()])], [0.2, dice.pick(ODD)]);
      case 'round':
        return dice.weighed([6, dice.pick(['r1', 'r2', 'r3'])], [0.3, dice.pick(ODD)]);
      case 'phaseCode':
        return dice.weighed([6, dice.pick(['p1', 'p2', 'p3'])], [0.3, dice.pick(ODD)]);
      case 'theme':
      case 'objective':
      case 'content':
      case 'measures':
      case 'audience':
      case 'source':
      case 'nameEn':
      case 'aliases':
      case 'nameAsPrinted':
      case 'title':
      case 'address':
      case 'number':
      case 'issuer':
      case 'text':
      case 'edition':
      case 'outcomes':
      case 'noun':
      case 'occasions':
      case 'formVi':
      case 'achievement':
      case 'decisionNo':
      case 'presentedBy':
      case 'words':
        return dice.weighed([6, dice.pick(WORDS.filter((word) => word.trim() !== ''))], [1, 'Hoa\u0300'], [0.3, dice.pick(['', ' ', '\u200b \u2060', 'N\u0000', 'x'.repeat(2001)])]);
      case 'campaign':
      case 'implements':
      case 'precededBy':
      case 'linkedCampaigns':
      case 'basisOf':
      case 'guides':
        return codes(this.#theme.campaign, world.campaigns.keys());
      case 'phase':
        return codes(this.#theme.phase, ['p1', 'p2']);
      case 'indicator':
      case 'indicators':
        return codes(this.#theme.indicator, world.indicators.keys());
      case 'search':
        return this.#spoilt() ? 'x'.repeat(101) : dice.pick(WORDS);
      case 'looked':
        return this.#spoilt() ? 'x'.repeat(101) : dice.weighed([6, dice.pick(WORDS)], [3, dice.pick(LOOKED)], [2, this.#theme.unit.code], [2, dice.pick([...world.units.values()]).name.slice(0, 100)], [1, dice.pick(ODD)]);
      case 'year':
        return dice.pick([2022, 2023, 1999]);
      default:
        throw new GrammarGap(`Say in Grammar.#named what to try with ${place}`);
    }
  }
}

/** For a name of the schema: itself, and the fields and arguments that lead to it by the shortest ways. */
function waysOf(schema: GraphQLSchema): (goal: string) => ReadonlySet<string> {
  const links = Object.values(schema.getTypeMap()).flatMap((type) => (isObjectType(type) || isInputObjectType(type) ? linksOf(type) : []));
  const known = new Map<string, ReadonlySet<string>>();
  return (goal) => {
    const found = known.get(goal);
    if (found) return found;
    const ways = new Set([goal]);
    const reached = new Set([goal.split('.')[0]!]);
    for (let nearest = reached; nearest.size > 0; ) {
      const leading = links.filter(({ from, to }) => nearest.has(to) && !reached.has(from));
      for (const { names } of leading) for (const name of names) ways.add(name);
      nearest = new Set(leading.map(({ from }) => from));
      for (const from of nearest) reached.add(from);
    }
    known.set(goal, ways);
    return ways;
  };
}

interface Link {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
}

function linksOf(type: GraphQLObjectType | GraphQLInputObjectType): Link[] {
  const link = (name: string, of: GraphQLInputType | GraphQLOutputType, argument: string[] = []): Link => ({ from: type.name, to: getNamedType(of).name, names: [`${type.name}.${name}`, ...argument] });
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(({ name, type: of }) => link(name, of));
  // An enum is reached by what is given, not by what is answered.
  return Object.values(type.getFields()).flatMap(({ name, type: of, args }) => [...(isCompositeType(getNamedType(of)) ? [link(name, of)] : []), ...args.map((argument) => link(name, argument.type, [`${type.name}.${name}(${argument.name})`]))]);
}

/** Optional fields without which little comes of it: how often they are given. */
const LIKELY: Record<string, number> = {
  'DraftCampaignInput.name': 0.8, 'DraftCampaignInput.kind': 0.8, 'SaveCampaignPhaseInput.name': 0.8, 'SaveClusterInput.code': 1, 'SavePersonInput.code': 1, 'SaveWorkInput.code': 1, 'SavePracticeModelInput.code': 1, 'SaveInitiativeInput.code': 1,
  ...Object.fromEntries(['Document.kind', 'Document.title', 'Aim.text', 'Partner.kind', 'Partner.name', 'Event.kind', 'Event.name'].map((field) => [`Save${field.replace('.', 'Input.')}`, 0.8])),
  'NominateAwardInput.code': 1, 'AwardIssuerInput.name': 0.5, 'AwardIssuerInput.unit': 0.5,
};

/** Left out, the server makes a code, by which lists are in order and things are found. */
const NEVER_NULL: ReadonlySet<string> = new Set(['SaveClusterInput.code', 'SavePersonInput.code', 'NominateAwardInput.code', 'SaveWorkInput.code', 'SavePracticeModelInput.code', 'SaveInitiativeInput.code']);

/** Inputs of works, models and initiatives. */
const REGISTERED = /^(SaveWork|PlaqueWork|SavePracticeModel|MarkModelExemplary|SaveInitiative|AdvanceInitiatives?|FeedInitiativeCounts)Input$/;

/** Arguments whose name alone does not say what they name. */
const PLACES: Record<string, string> = {
  'Query.node(id)': 'id',
  'Query.search(text)': 'looked',
  'RevokeGrantInput.id': 'grantId',
  'WithdrawPublicationInput.id': 'publicationId',
  'WithdrawDisclosureInput.id': 'disclosureId',
  'DiscloseRecordInput.code': 'disclosable',
  ...Object.fromEntries(['Query.work(code)', 'SaveWorkInput.code', 'PlaqueWorkInput.code'].map((place) => [place, 'newWork'])),
  ...Object.fromEntries(['Query.practiceModel(code)', 'SavePracticeModelInput.code', 'MarkModelExemplaryInput.code'].map((place) => [place, 'newModel'])),
  ...Object.fromEntries(['Query.initiative(code)', 'SaveInitiativeInput.code', 'AdvanceInitiativeInput.code', 'AdvanceInitiativeItem.code'].map((place) => [place, 'newInitiative'])),
  ...Object.fromEntries(['SaveWork', 'SavePracticeModel', 'SaveInitiative'].flatMap((input) => [[`${input}Input.source`, 'reportSource'], [`${input}Input.name`, 'words'], [`${input}Input.title`, 'words']])),
  'AdvanceInitiativesInput.items': 'items',
  'Query.document(code)': 'documentCode',
  'Query.partner(code)': 'partner',
  'Query.event(code)': 'eventCode',
  ...Object.fromEntries(['Document', 'Aim', 'Partner', 'Event'].map((input) => [`Save${input}Input.code`, 'paperCode'])),
  'SavePartnerInput.name': 'words',
  'SaveEventInput.name': 'words',
  'SaveAnnualThemeInput.year': 'themeYear',
  'Query.source(code)': 'sourceCode',
  'Query.region(code)': 'regionCode',
  'RankingGroup.cluster': 'clusterCode',
  'RankingGroup.region': 'regionCode',
  'OrgUnit.rank(group)': 'groupCode',
  'SaveStatedRankInput.code': 'rankCode',
  'SaveStatedRankInput.cluster': 'clusterCode',
  'SaveStatedRankInput.region': 'regionCode',
  'SaveStatedRankInput.place': 'rankPlace',
  'SaveStatedRankInput.of': 'rankPlace',
  'SaveStatedRankInput.source': 'reportSource',
  'Query.claim(code)': 'claimCode',
  'CreateApiKeyInput.name': 'keyName',
  'CreateApiKeyInput.expiresOn': 'expiry',
  'GrantRoleInput.from': 'days',
  'GrantRoleInput.to': 'days',
  ...Object.fromEntries(
    ['SubmitResultInput', 'SubmitResultItem', 'ReturnResultInput', 'ApproveResultInput', 'ApproveResultItem', 'CorrectResultInput', 'WithdrawResultInput'].map((input) => [`${input}.id`, 'figureId']),
  ),
  ...Object.fromEntries(['Approve', 'Return', 'Withdraw'].map((step) => [`${step}TargetInput.id`, 'figureId'])),
  ...Object.fromEntries(['AssignTargets', 'SetOwnTarget', 'RegisterTarget'].map((input) => [`${input}Input.source`, 'reportSource'])),
  'AssignTargetsInput.unit': 'superior',
  'AllocationShareInput.unit': 'child',
  'RegisterTargetInput.with': 'superior',
  'SaveResultInput.source': 'reportSource',
  'CorrectResultInput.source': 'reportSource',
  'SubmitResultInput.acknowledge': 'acknowledge',
  'SubmitResultItem.acknowledge': 'acknowledge',
  'SubmitResultsInput.items': 'items',
  'ApproveResultsInput.items': 'items',
  'Query.orgUnit(code)': 'orgUnit',
  'Query.award(code)': 'award',
  'AwardFilter.issuer': 'giver',
  'NominateAwardInput.code': 'newAward',
  ...Object.fromEntries(['Review', 'Decline', 'Decide', 'Present', 'Revoke'].map((step) => [`${step}AwardInput.code`, 'award'])),
  ...Object.fromEntries(['AwardIssuer', 'AwardRecipient'].map((input) => [`${input}Input.name`, 'words'])),
  'NominateAwardInput.source': 'reportSource',
  'Query.person(code)': 'person',
  'SavePersonInput.code': 'newPerson',
  'SaveClusterInput.code': 'newCluster',
  'SaveClusterInput.year': 'year',
  ...Object.fromEntries(['SavePerson', 'SaveCluster'].map((input) => [`${input}Input.name`, 'words'])),
  ...Object.fromEntries(['SavePerson', 'SavePosition', 'SaveContact', 'SaveCluster'].map((input) => [`${input}Input.source`, 'reportSource'])),
  'Query.campaign(code)': 'campaign',
  'Query.indicator(code)': 'indicator',
  'DraftCampaignInput.code': 'newCampaign',
  'ImplementCampaignInput.code': 'newCampaign',
  'LaunchCampaignInput.code': 'campaign',
  'CloseCampaignInput.code': 'campaign',
  'SaveCampaignPhaseInput.code': 'phaseCode',
  'SaveReportingRoundInput.code': 'round',
  'EndReportingRoundInput.code': 'round',
  'CampaignPhaseInput.code': 'phaseCode',
  ...Object.fromEntries(['DraftCampaign', 'ImplementCampaign', 'SaveCampaignPhase', 'CampaignPhase', 'SaveReportingRound'].map((input) => [`${input}Input.name`, 'words'])),
};

function print(value: unknown): string {
  if (value instanceof Enum) return value.name;
  if (value instanceof Map) return `{${[...value].map(([name, one]) => `${name}: ${print(one)}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (typeof value === 'string' && /^\$v\d+$/.test(value)) return value;
  return JSON.stringify(value);
}

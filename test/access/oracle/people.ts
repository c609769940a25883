/** Who leads units, how units are reached, and the clusters that federations form. */
import type { GraphQLFieldResolver } from 'graphql';
import { begin, day, keyDay, neverHeld, statedEnd, structureDay, widest } from './lists.js';
import { Fault, isEmpty, mutation, note, seen } from './mutations.js';
import { claims } from './sources.js';
import { ANY, idOf, type Asked } from './things.js';
import type { Cluster, Contact, Day, Person, Position, Unit, World } from './world.js';

// oxlint-disable typescript/no-explicit-any -- rows and inputs of many shapes, which graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;
type Input = any;

const ROLES = ['CHAIR', 'STANDING_VICE_CHAIR', 'VICE_CHAIR', 'COMMITTEE_MEMBER', 'OTHER'];
const ifSeen = (unit: Unit | null, { sight }: Asked): Unit | null => (unit && sight.unit(unit) ? unit : null);

const isOfOneThing = (a: Position, b: Position): boolean => a.person === b.person && a.unit === b.unit && a.role === b.role && (a.role !== 'OTHER' || a.title === b.title);

/** Who held what on a day, by all that was ever said of the unit. */
export function heldOn(all: readonly Position[], unit: Unit, on: Day): Position[] {
  const here = all.filter((one) => one.unit === unit && !neverHeld(one));
  const isOver = (one: Position): boolean => {
    const ends = [statedEnd(one)];
    for (const other of here) {
      const end = statedEnd(other);
      if (isOfOneThing(one, other) && end !== null && begin(other) <= begin(one) && begin(one) < end) ends.push(end);
      if (one.role === 'CHAIR' && other.role === 'CHAIR' && other.person !== one.person && begin(one) < begin(other)) ends.push(begin(other));
    }
    return ends.some((end) => end !== null && end <= on);
  };
  const held = here.filter((one) => begin(one) <= on && !isOver(one));
  const isToldLater = (one: Position): boolean =>
    held.some((other) => isOfOneThing(one, other) && (begin(other) > begin(one) || (begin(other) === begin(one) && keyDay(other) > keyDay(one))));
  return held.filter((one) => !isToldLater(one));
}

const order = (a: (string | number)[], b: (string | number)[]): number => {
  for (const [i, key] of a.entries()) if (key !== b[i]) return key < b[i]! ? -1 : 1;
  return 0;
};

export const peopleResolvers: Record<string, Record<string, Resolver>> = {
  Query: {
    person: (_root, { code }, { sight, world }) => world.persons.find((one) => one.code === code && sight.person(one)) ?? null,
  },
  OrgUnit: {
    positions: (unit: Unit, { asOf, role }, { sight, world }) => {
      const on = structureDay(unit, asOf, world.today);
      if (!sight.inScope(unit)) return [];
      const held = heldOn(world.positions, unit, on).filter((one) => role == null || one.role === role);
      return held.sort((a, b) => order([ROLES.indexOf(a.role), a.person.code, a.arrival], [ROLES.indexOf(b.role), b.person.code, b.arrival]));
    },
    contact: (unit: Unit, _args, { sight, world }) => world.contacts.find((one) => one.unit === unit && sight.contact(one)) ?? null,
  },
  Person: {
    id: (person: Person) => idOf('Person', person),
    unit: ({ unit }: Person, _args, asked) => ifSeen(unit, asked),
    source: ({ unit, source }: Person, _args, { sight }) => (sight.inScope(unit) ? source : null),
    note: ({ unit, note: remark }: Person, _args, { sight }) => (sight.inScope(unit) ? remark : null),
    claims: claims(({ unit, source }: Person, { sight }) => (sight.inScope(unit) ? source : null)),
    // A repeated answer has a copy of the person as they were.
    positions: ({ arrival }: Person, _args, { sight, world }) =>
      world.positions
        .filter((one) => one.person.arrival === arrival && sight.inScope(one.unit) && !neverHeld(one))
        .sort((a, b) => order([keyDay(b), a.unit.code, ROLES.indexOf(a.role)], [keyDay(a), b.unit.code, ROLES.indexOf(b.role)])),
  },
  Position: { id: (position: Position) => idOf('Position', position), claims: claims(({ source }: Position) => source) },
  Contact: {
    source: ({ unit, source }: Contact, _args, { sight }) => (sight.inScope(unit) ? source : null),
    note: ({ unit, note: remark }: Contact, _args, { sight }) => (sight.inScope(unit) ? remark : null),
    claims: claims(({ unit, source }: Contact, { sight }) => (sight.inScope(unit) ? source : null)),
  },
};

const isCode = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
function words(field: string, text: string | null | undefined, longest: number): string | null {
  if (text == null) return null;
  const composed = text.normalize('NFC');
  if (composed.length > longest || composed.includes('\0') || isEmpty(composed)) throw new Fault(field, 'INVALID');
  return composed;
}
function called(text: string): string {
  const name = text.trim().normalize('NFC');
  if (isEmpty(name) || name.length > 500 || name.includes('\0')) throw new Fault('name', 'INVALID');
  return name;
}
/** Of what is new: 0, or nothing. */
function isNew({ expectedVersion }: { expectedVersion?: number | null }): void {
  if ((expectedVersion ?? 0) !== 0) throw new Fault('expectedVersion', 'CONFLICT');
}
function isKnown({ expectedVersion }: { expectedVersion?: number | null }, version: number, shown: object): void {
  if ((expectedVersion ?? 0) !== version) throw new Fault('expectedVersion', 'CONFLICT', shown);
}
const isSame = (a: object, b: object): boolean => Object.entries(a).every(([name, value]) => JSON.stringify(value) === JSON.stringify((b as Record<string, unknown>)[name]));
function administered(field: string, code: string, { sight, world }: Asked): Unit {
  const unit = seen(field, world.units.get(code), (one) => sight.unit(one));
  if (!sight.administers(unit)) throw new Fault(field, 'FORBIDDEN');
  return unit;
}
const codesOf = (units: readonly Unit[]): string => units.map(({ code }) => code).sort().join();

const saidOfPerson = ({ code, name, nameAsPrinted, source, note: remark, version }: Person): object => ({ code, name, nameAsPrinted, source, note: remark, version });
const saidOfPosition = ({ person, ...rest }: Position): object => Object.fromEntries(Object.entries({ person: person.code, ...rest }).filter(([name]) => name !== 'unit' && name !== 'arrival'));
const saidOfContact = (contact: Contact): object => Object.fromEntries(Object.entries(contact).filter(([name]) => name !== 'unit'));
const saidOfCluster = ({ code, name, kind, year, source, note: remark, version }: Cluster, members: number): object => ({ code, name, kind, year, members, source, note: remark, version });

export const peopleMutations = [
  mutation('savePerson', {
    nothing: { person: null },
    may: (sight) => sight.holdsSomewhere('REPORTER'),
    prepare: (input: Input, { sight, world }) => {
      const unit = seen('unit', world.units.get(input.unit), (one) => sight.unit(one));
      if (!sight.reports(unit)) throw new Fault('unit', 'FORBIDDEN');
      return unit;
    },
    act: (input: Input, unit, asked) => {
      const { world, sight } = asked;
      if (input.code != null && !isCode(input.code)) throw new Fault('code', 'INVALID');
      const content = { name: called(input.name), nameAsPrinted: words('nameAsPrinted', input.nameAsPrinted, 500), source: words('source', input.source, 500), note: words('note', input.note, 2000) };
      const known = input.code == null ? undefined : world.persons.find(({ code }) => code === input.code);
      if (!known || !sight.reports(known.unit)) {
        isNew(input);
        if (known) throw new Fault('code', 'CONFLICT');
        const person: Person = { code: (input.code as string | null | undefined) ?? ANY, unit, ...content, version: 1, arrival: world.persons.length };
        world.persons.push(person);
        note(asked, 'SAVE_PERSON', unit, saidOfPerson(person));
        return { person };
      }
      isKnown(input, known.version, { person: known });
      if (known.unit === unit && isSame(content, known)) return { person: known };
      if (!sight.publishes(known.unit) && world.initiatives.some(({ code, authors }) => authors.includes(known) && world.disclosures.some(({ thing, withNames, ended }) => !ended && withNames && thing.of === 'INITIATIVE' && thing.code === code))) throw new Fault('code', 'FORBIDDEN');
      const [former, before] = [known.unit, saidOfPerson(known)];
      Object.assign(known, { unit, ...content, version: known.version + 1 });
      note(asked, 'SAVE_PERSON', unit, saidOfPerson(known), former === unit ? before : null);
      if (former !== unit) note(asked, 'SAVE_PERSON', former, null, before);
      return { person: known };
    },
  }),

  mutation('savePosition', {
    nothing: { position: null },
    read: ({ from, to, statedOn, was }: Input) => [from, to, statedOn, was].forEach(day),
    prepare: (input: Input, asked) => {
      const unit = administered('unit', input.unit, asked);
      return { unit, person: seen('person', asked.world.persons.find(({ code }) => code === input.person), (one) => asked.sight.person(one)) };
    },
    act: (input: Input, { unit, person }, asked) => {
      const { world } = asked;
      const title = words('title', input.title, 500);
      if (title === null && input.role === 'OTHER') throw new Fault('title', 'INVALID');
      const [from, to, statedOn, was] = ['from', 'to', 'statedOn', 'was'].map((field) => day(input[field]) ?? null) as [Day | null, Day | null, Day | null, Day | null];
      if (from === null && statedOn === null) throw new Fault('from', 'INVALID');
      const precision = (of: Day | null, given: string | null | undefined): string => (of === null ? 'DAY' : (given ?? 'DAY'));
      const dates = {
        from, fromPrecision: precision(from, input.fromPrecision), to, toPrecision: precision(to, input.toPrecision), statedOn, statedOnPrecision: precision(statedOn, input.statedOnPrecision),
      };
      for (const [field, one] of Object.entries({ from, to, statedOn })) if (one !== null && one < '1000') throw new Fault(field, 'INVALID');
      for (const [field, one] of Object.entries({ from, statedOn })) if (one !== null && one > world.today) throw new Fault(field, 'INVALID');
      if (to !== null && widest(to, dates.toPrecision, 'last') < begin(dates)) throw new Fault('to', 'INVALID');
      const content = { role: input.role as string, title, ...dates, source: words('source', input.source, 500), note: words('note', input.note, 2000) };
      const by = (on: Day): Position | undefined => world.positions.find((one) => one.person === person && one.unit === unit && one.role === input.role && keyDay(one) === on);
      const known = by(was ?? keyDay(dates));
      if (!known && was !== null) throw new Fault('was', 'NOT_FOUND');
      if (!known) {
        isNew(input);
        const position: Position = { person, unit, ...content, version: 1, arrival: world.positions.length };
        world.positions.push(position);
        note(asked, 'SAVE_POSITION', unit, saidOfPosition(position));
        return { position };
      }
      isKnown(input, known.version, { position: known });
      if (isSame(content, known)) return { position: known };
      const other = by(keyDay(dates));
      if (other && other !== known) throw new Fault(from === null ? 'statedOn' : 'from', 'CONFLICT', { position: known });
      const before = saidOfPosition(known);
      Object.assign(known, content, { version: known.version + 1 });
      note(asked, 'SAVE_POSITION', unit, saidOfPosition(known), before);
      return { position: known };
    },
  }),

  mutation('saveContact', {
    nothing: { contact: null },
    prepare: (input: Input, asked) => administered('unit', input.unit, asked),
    act: (input: Input, unit, asked) => {
      const { world } = asked;
      const phones = (input.phones ?? []) as string[];
      if (phones.length > 10) throw new Fault('phones', 'INVALID');
      const email = words('email', input.email, 254);
      if (email !== null && !email.includes('@')) throw new Fault('email', 'INVALID');
      const website = words('website', input.website, 500);
      if (website !== null && !/^(https:\/\/)?[\w.]+\.vn(\/\w*)?$/.test(website)) throw new Fault('website', 'INVALID');
      const content = {
        address: words('address', input.address, 500), phones: phones.map((phone, i) => words(`phones.${i}`, phone, 50)!), fax: words('fax', input.fax, 50), email, website,
        source: words('source', input.source, 500), note: words('note', input.note, 2000),
      };
      const known = world.contacts.find((one) => one.unit === unit);
      if (!known) {
        isNew(input);
        const contact: Contact = { unit, ...content, version: 1 };
        world.contacts.push(contact);
        note(asked, 'SAVE_CONTACT', unit, saidOfContact(contact));
        return { contact };
      }
      isKnown(input, known.version, { contact: known });
      if (isSame(content, known)) return { contact: known };
      const before = saidOfContact(known);
      Object.assign(known, content, { version: known.version + 1 });
      note(asked, 'SAVE_CONTACT', unit, saidOfContact(known), before);
      return { contact: known };
    },
  }),

  mutation('saveCluster', {
    nothing: { cluster: null },
    prepare: (input: Input, asked) => administered('owner', input.owner, asked),
    act: (input: Input, owner, asked) => {
      const { world, sight } = asked;
      if (!isCode(input.code)) throw new Fault('code', 'INVALID');
      const content = { name: called(input.name), source: words('source', input.source, 500), note: words('note', input.note, 2000) };
      if (input.year < 1900 || input.year > 2999) throw new Fault('year', 'INVALID');
      const there = world.clusters.get(input.code);
      const known = there && sight.cluster(there) ? there : undefined;
      if (known && known.owner !== owner) throw new Fault('code', 'CONFLICT');
      if (known) isKnown(input, known.version, { cluster: known });
      else isNew(input);
      if (known && known.kind !== input.kind) throw new Fault('kind', 'INVALID', { cluster: known });
      if (known && known.year !== input.year) throw new Fault('year', 'INVALID', { cluster: known });
      const members = membersOf(world, owner, known, input, asked);
      const leadUnit = input.leadUnit == null ? null : members.find(({ code }) => code === input.leadUnit);
      if (leadUnit === undefined) throw new Fault('leadUnit', 'INVALID');
      if (there && !known) throw new Fault('code', 'CONFLICT');
      const shown = known?.members.filter((member) => sight.inScope(member)) ?? [];
      if (known && isSame(content, known) && known.leadUnit === leadUnit && codesOf(shown) === codesOf(members)) return { cluster: known };
      const before = known && saidOfCluster(known, shown.length);
      const part = (cluster: Cluster, of: readonly Unit[], unit: Unit): object | null => (of.includes(unit) ? { cluster: cluster.code, leads: cluster.leadUnit === unit } : null);
      const former = new Map(shown.map((unit) => [unit, part(known!, shown, unit)]));
      const cluster: Cluster = known ?? { code: input.code, owner, kind: input.kind, year: input.year, leadUnit, members, version: 0, ...content };
      Object.assign(cluster, content, { leadUnit, members: [...cluster.members.filter((member) => !sight.inScope(member)), ...members], version: cluster.version + 1 });
      world.clusters.set(cluster.code, cluster);
      note(asked, 'SAVE_CLUSTER', owner, saidOfCluster(cluster, members.length), before ?? null);
      const inOrder = (units: readonly Unit[]): Unit[] => units.toSorted((a, b) => (a.code < b.code ? -1 : 1));
      for (const unit of new Set([...inOrder(shown), ...inOrder(members)])) {
        const [was, is] = [former.get(unit) ?? null, part(cluster, members, unit)];
        if (JSON.stringify(was) !== JSON.stringify(is)) note(asked, 'SAVE_CLUSTER', unit, is, was);
      }
      return { cluster };
    },
  }),
];

function membersOf(world: World, owner: Unit, cluster: Cluster | undefined, { members: codes, kind, year }: Input, { sight }: Asked): Unit[] {
  if (codes.length === 0) throw new Fault('members', 'INVALID');
  const [first, next] = [`${year}-01-01`, `${year + 1}-01-01`];
  return (codes as string[]).map((code, i) => {
    const unit = seen(`members.${i}`, world.units.get(code), (one) => sight.inScope(one));
    if (codes.indexOf(code) < i) throw new Fault(`members.${i}`, 'INVALID');
    const closed = unit.closedOn ?? '9999-12-31';
    const stays = unit.places.some(({ from, parent }, n) => {
      const to = unit.places[n + 1]?.from ?? '9999-12-31';
      return parent === owner && [from, unit.validFrom].every((begins) => begins < next) && to > first && closed > first && closed > from;
    });
    if (!stays) throw new Fault(`members.${i}`, 'INVALID');
    const elsewhere = [...world.clusters.values()].some((one) => one !== cluster && one.owner === owner && one.kind === kind && one.year === year && one.members.includes(unit));
    if (elsewhere) throw new Fault(`members.${i}`, 'CONFLICT');
    return unit;
  });
}

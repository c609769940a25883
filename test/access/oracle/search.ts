/** What a caller finds: all that they see, gone through one by one. */
import type { GraphQLFieldResolver } from 'graphql';
import { bruteForce, type Hit, type Thing } from '../../search/brute-force.js';
import { BadUserInput, page, type Order, type PageArgs } from './lists.js';
import { isSeen } from './papers.js';
import { asNode, type Asked } from './things.js';
import type { Unit } from './world.js';

// oxlint-disable-next-line typescript/no-explicit-any -- rows of many shapes, arguments that graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;

interface Searched extends Thing {
  readonly type: string;
  readonly row: object;
  /** Whose it is. */
  readonly unit: Unit | null;
}

const byPlace = { name: 'search', keys: ({ place }: Hit<Searched>) => place } satisfies Order<Hit<Searched>>;

function* seen({ sight, world }: Asked): Generator<Searched> {
  for (const row of world.units.values())
    if (sight.unit(row)) yield { kind: 'UNIT', type: 'OrgUnit', row, unit: row, code: row.code, name: row.name, others: [row.nameEn, ...row.aliases], level: row.level };
  for (const row of world.campaigns.values())
    if (sight.campaign(row)) yield { kind: 'CAMPAIGN', type: 'Campaign', row, unit: row.launchedBy, code: row.code, name: row.name, others: [row.nameEn, ...row.aliases], ...(row.launchedBy !== null && sight.unit(row.launchedBy) && { level: row.launchedBy.level }) };
  for (const row of world.persons) if (sight.person(row)) yield { kind: 'PERSON', type: 'Person', row, unit: row.unit, code: row.code, name: row.name, others: [row.nameAsPrinted] };
  for (const row of world.papers.documents.values())
    if (isSeen.document(sight, row)) yield { kind: 'DOCUMENT', type: 'Document', row, unit: row.unit, code: row.code, name: row.title, others: [row.number] };
  for (const row of world.papers.events.values()) if (isSeen.event(sight, row)) yield { kind: 'EVENT', type: 'Event', row, unit: row.unit, code: row.code, name: row.name, others: [row.edition] };
  for (const row of world.models) if (sight.practiceModel(row)) yield { kind: 'PRACTICE_MODEL', type: 'PracticeModel', row, unit: row.unit, code: row.code, name: row.name, others: [] };
  for (const row of world.initiatives) if (sight.initiative(row)) yield { kind: 'INITIATIVE', type: 'Initiative', row, unit: row.unit, code: row.code, name: row.title, others: [row.summary] };
  for (const row of world.awards)
    if (sight.award(row)) yield { kind: 'AWARD', type: 'Award', row, unit: row.unit, code: row.code, name: row.title ?? row.formVi, others: [row.formVi, row.achievement] };
}

interface SearchArgs extends PageArgs {
  text: string;
  in?: string[] | null;
  within?: string | null;
}

export const searchResolvers: Record<string, Record<string, Resolver>> = {
  Query: {
    search: (_root, { text, in: kinds, within, ...args }: SearchArgs, asked) => {
      if (text.length > 100) throw new BadUserInput();
      const { sight, world } = asked;
      const top = within == null ? undefined : world.units.get(within);
      const things = [...seen(asked)].filter(({ kind, unit }) => (kinds == null || kinds.includes(kind)) && (within == null || (top !== undefined && sight.unit(top) && unit !== null && sight.unit(unit) && world.isBeneathToday(unit, top))));
      return page(bruteForce(things, text), args, byPlace);
    },
  },
  SearchResult: {
    kind: ({ thing }: Hit<Searched>) => thing.kind,
    thing: ({ thing: { row, type } }: Hit<Searched>) => asNode(row, type),
  },
};

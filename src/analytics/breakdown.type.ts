import { Field, Int, ObjectType } from 'type-graphql';
import { Qualifier } from '../org-units/org-unit.type.js';
import type { Measure } from '../ledger/progress.query.js';
import { connectionOf } from '../shared/connections.js';
import { defineEnum } from '../shared/enums.js';
import { Quantity } from '../shared/scalars.js';

const OWN = 'What each unit of the subtree did itself, added up by';
export const BreakdownBy = defineEnum('BreakdownBy', 'What a total is taken apart by.', {
  CHILD: 'The totals of the units directly beneath on the day. The remainder is what the unit itself holds.',
  LEVEL: `${OWN} the unit’s level: not the totals of the units of a level, which contain one another.`,
  SECTOR: `${OWN} the unit’s sector, as it is known now. A part with no key: units whose sector is not known.`,
  OWNERSHIP: `${OWN} who owns the unit’s establishment, as it is known now. A part with no key: units of which that is not known.`,
  KIND: `${OWN} the unit’s kind, as it is known now.`,
  PHASE: 'The unit’s totals in the phases of the campaign. What is reported for the campaign as a whole is not made of them: the remainder can be negative. Null where the progress is that of a phase.',
  CLUSTER: 'The totals of the units directly beneath, by the emulation cluster (cụm thi đua) of that year into which this unit put them. A part with no key: units in none.',
  BLOC: 'The same by emulation bloc (khối thi đua).',
});
export type BreakdownBy = keyof typeof BreakdownBy;

export const BreakdownMeasure = defineEnum('BreakdownMeasure', 'Which total is taken apart.', {
  RESULT: 'The result.',
  ASSIGNED: 'The target given by the unit above.',
  REGISTERED: 'The target registered with the unit above.',
  SELF_SET: 'The target that the unit set itself.',
} satisfies Record<Measure, string>);

@ObjectType({ description: 'One part of a total.' })
export class BreakdownPart {
  /** Of what the part is: a unit, a phase or a cluster. */
  ref!: number | null;
  by!: BreakdownBy;
  /** What comes before the key in the order of parts. */
  rank!: string;

  @Field(() => String, { nullable: true, description: 'The code of the unit, phase or cluster, or the name of the level, sector, ownership or kind. Null of the part that has none: units in no cluster, or of which the attribute is not known.' })
  key!: string | null;

  @Field(() => String, { nullable: true, description: 'The name of the unit, phase or cluster; null of the other kinds of part.' })
  name!: string | null;

  @Field(() => Quantity, { nullable: true, description: 'What the part comes to; null where none of its units has a number, which is not 0. Negative only where contradicting figures make it so.' })
  value!: string | null;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly it is known: of a sum, as its loosest number is. Null where there is no value.' })
  qualifier!: Qualifier | null;

  @Field(() => Int, { description: 'How many units the part is of, active on the day and in the caller’s scope: of CHILD the unit, of CLUSTER and BLOC those directly beneath, of PHASE the unit whose progress it is, else all of the subtree that have the key.' })
  units!: number;

  @Field(() => Int, { description: 'How many units’ numbers the value is made of; a closed unit keeps its number and counts here alone. Fewer than `units`: the others have reported nothing for themselves, so parts compare only as far as they have.' })
  counted!: number;
}

export const BreakdownPartConnection = connectionOf(() => BreakdownPart, 'BreakdownPart', 'parts of a total');

@ObjectType({
  description:
    'A total taken apart. All parts, whatever the page, and the remainder add up to the total exactly. The remainder is a number too: that the parts explain little of a total says nothing of how they compare.',
})
export class Breakdown {
  parts!: readonly BreakdownPart[];

  @Field(() => BreakdownBy, { description: 'What it is taken apart by.' })
  by!: BreakdownBy;

  @Field(() => BreakdownMeasure, { description: 'Which total it is.' })
  measure!: Measure;

  @Field(() => Quantity, { nullable: true, description: 'The total that is taken apart, as the progress has it; null where nothing is known. Parts can be known all the same (those of PHASE).' })
  total!: number | null;

  @Field(() => Quantity, {
    nullable: true,
    description:
      'The total less all parts; null where there is no total. By CHILD, CLUSTER and BLOC what the unit itself holds. By LEVEL, SECTOR, OWNERSHIP and KIND what consolidated figures say beyond what their details explain: such a figure is no one unit’s. What units hold that stood beneath on the day and are not in the caller’s scope today is in it too. Negative where the details come to more than the figure that stands.',
  })
  remainder!: number | null;
}


import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CommandPayload, MaybeChangeInput } from '../shared/mutation.type.js';
import { connectionOf } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, DateTime } from '../shared/scalars.js';
import type { ActionName, RoleName } from './role.rules.js';

export const Role = defineEnum('Role', 'What a grant lets its holder do, in its unit and everything beneath. From VIEWER on, each may also do what the ones before it may.', {
  PARTNER: 'Read what was published to partners. Opens nothing else; the only role that an API key can hold.',
  VIEWER: 'Read.',
  ANALYST: 'Analyse and export.',
  REPORTER: 'Submit results.',
  APPROVER: 'Approve what comes from strictly below the granted unit (at a root, from itself too), and assign targets to direct children.',
  CAMPAIGN_MANAGER: 'Launch campaigns and publish totals.',
  ADMIN: 'Grant and revoke, issue API keys, change the structure.',
} satisfies Record<RoleName, string>);

export const Action = defineEnum('Action', 'What a caller may want to do to a unit.', {
  READ: 'Read the unit, its figures and its totals.',
  ANALYSE: 'Analyse its numbers.',
  EXPORT: 'Export its records.',
  SUBMIT_RESULTS: 'Submit its results.',
  APPROVE_RESULTS: 'Approve what the unit submitted.',
  ASSIGN_TARGETS: 'Assign targets, as this unit, to its direct children.',
  LAUNCH_CAMPAIGNS: 'Launch campaigns of the unit.',
  PUBLISH: 'Publish its totals.',
  MANAGE_GRANTS: 'Grant and revoke roles on it, and issue API keys.',
  MANAGE_STRUCTURE: 'Change where it and what is beneath it stand.',
} satisfies Record<ActionName, string>);

@ObjectType({
  implements: Node,
  description: 'A role that a principal holds on a unit: it reaches the unit and everything beneath it in today’s tree, from its first day to its last, unless it is revoked.',
})
export class Grant implements Keyed {
  key!: number;
  unitKey!: number;

  @Field(() => String, { description: 'Who holds it: the subject of their token, or `key:<id>` of an API key.' })
  principal!: string;

  @Field(() => Role, { description: 'What it lets them do.' })
  role!: RoleName;

  @Field(() => DateScalar, { description: 'The first day on which it holds.' })
  from!: Day;

  @Field(() => DateScalar, { nullable: true, description: 'The last day on which it holds; null: until it is revoked.' })
  to!: Day | null;

  @Field(() => DateTime, { description: 'When it was granted.' })
  grantedAt!: string;

  @Field(() => String, { nullable: true, description: 'Who granted it; null: whoever runs the database.' })
  grantedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it was not.' })
  revokedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who revoked it; null: nobody, or whoever runs the database.' })
  revokedBy!: string | null;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;
}

export const GrantConnection = connectionOf(() => Grant, 'Grant', 'grants');

@InputType({ description: 'A grant to be made.' })
export class GrantRoleInput extends MaybeChangeInput {
  @Field(() => String, { description: 'Who is to hold it: the subject of their token (at most 255 characters), or `key:<id>` of an API key, which can hold PARTNER alone.' })
  principal!: string;

  @Field(() => Role, { description: 'What they may do.' })
  role!: RoleName;

  @Field(() => String, { description: 'Code of the unit; the caller is an ADMIN of it.' })
  unit!: string;

  @Field(() => DateScalar, { nullable: true, description: 'The first day on which it holds, today or later; today unless given.' })
  from?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'The last day on which it holds; until it is revoked unless given. Whoever is ADMIN for a time makes nobody ADMIN for longer, and grants themselves nothing for longer.' })
  to?: unknown;
}

@ObjectType({ description: 'What `grantRole` did.' })
export class GrantRolePayload extends CommandPayload {
  @Field(() => Grant, { nullable: true, description: 'The new grant; null where nothing was done.' })
  grant!: Grant | null;
}

@InputType({ description: 'A grant to be ended.' })
export class RevokeGrantInput extends MaybeChangeInput {
  @Field(() => ID, { description: 'The `id` of the grant; the caller is an ADMIN of its unit.' })
  id!: string;
}

@ObjectType({ description: 'What `revokeGrant` did.' })
export class RevokeGrantPayload extends CommandPayload {
  @Field(() => Grant, { nullable: true, description: 'The grant, revoked now or before; null where nothing was done.' })
  grant!: Grant | null;
}

export const AccessReason = defineEnum('AccessReason', 'Why a principal sees a unit.', {
  GRANT: 'A grant reaches it: they read all of it.',
  ABOVE_A_GRANT: 'It stands above a unit that they were granted: they see the unit and its campaigns, not its totals.',
  PUBLISHED: 'A total of it was published to them, or an honour disclosed: they see the unit and that.',
  NONE: 'They do not see it.',
});

@ObjectType({ description: 'By what a principal sees a unit today, or that they don’t.' })
export class AccessExplanation {
  unitKey!: number;

  @Field(() => String, { description: 'The principal asked about.' })
  principal!: string;

  @Field(() => AccessReason, { description: 'The strongest reason there is.' })
  reason!: keyof typeof AccessReason;

  @Field(() => [Grant], {
    description: 'Their grants of today that have to do with the unit, the strongest role first: those that reach it, and those on units beneath it, wherever they were granted.',
  })
  grants!: Grant[];

  @Field(() => [Action], { description: 'What they may do to the unit.' })
  actions!: ActionName[];
}

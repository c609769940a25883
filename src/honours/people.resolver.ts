import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { structureDay } from '../org-units/org-unit.rules.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { DateScalar } from '../shared/scalars.js';
import { contactOf } from './contact.query.js';
import { saveContact } from './contact.service.js';
import { Contact, SaveContactInput, SaveContactPayload } from './contact.type.js';
import { personByCode, personByKey } from './person.query.js';
import { savePerson } from './person.service.js';
import { Person, SavePersonInput, SavePersonPayload } from './person.type.js';
import { positionsHeld, positionsOf } from './position.query.js';
import { savePosition } from './position.service.js';
import { Position, PositionRole, SavePositionInput, SavePositionPayload } from './position.type.js';

@Resolver()
export class PeopleResolver {
  @Query(() => Person, { nullable: true, description: 'The person of a code; null where there is none, or none that the caller sees: those of units in their scope, and those who hold or held a position in one.' })
  person(@Arg('code', () => String, { description: 'Code of the person.' }) code: string, @Ctx() { reads }: Context): Promise<Person | null> | null {
    return isCode(code) ? reads.row(personByCode, [code]) : null;
  }

  @Mutation(() => SavePersonPayload, { description: 'Makes a person known, or says anew who they are (`expectedVersion`). By a REPORTER of their unit.' })
  savePerson(@Arg('input', () => SavePersonInput, { description: 'Who it is.' }) input: SavePersonInput, @Ctx() context: Context): Promise<SavePersonPayload> {
    return savePerson(context, input);
  }

  @Mutation(() => SavePositionPayload, { description: 'Says that somebody holds, or held, a position in a unit; or says anew what is known of it (`expectedVersion`). By an ADMIN of the unit.' })
  savePosition(@Arg('input', () => SavePositionInput, { description: 'Who, where, what and when.' }) input: SavePositionInput, @Ctx() context: Context): Promise<SavePositionPayload> {
    return savePosition(context, input);
  }

  @Mutation(() => SaveContactPayload, { description: 'Says how a unit is reached, or says it anew (`expectedVersion`). By an ADMIN of the unit.' })
  saveContact(@Arg('input', () => SaveContactInput, { description: 'The unit, and how it is reached.' }) input: SaveContactInput, @Ctx() context: Context): Promise<SaveContactPayload> {
    return saveContact(context, input);
  }
}

@Resolver(() => Person)
export class PersonResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit in which the person works or to which they belong; null where the caller does not see it.' })
  unit(@Root() person: Person, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(person.unitKey);
  }

  @FieldResolver(() => [Position], { description: 'The positions in units in the caller’s scope that the person holds or held, by each source, the latest first.' })
  positions(@Root() person: Person, @Ctx() { reads }: Context): Promise<Position[]> {
    return reads.rows(positionsOf, [person.key]);
  }
}

@Resolver(() => Position)
export class PositionResolver {
  @FieldResolver(() => Person, { description: 'Who.' })
  person(@Root() position: Position, @Ctx() { reads }: Context): Promise<Person | null> {
    return reads.row(personByKey, [position.personKey]);
  }

  @FieldResolver(() => OrgUnit, { description: 'Where.' })
  unit(@Root() position: Position, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(position.unitKey);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitPeopleResolver {
  @FieldResolver(() => [Position], {
    description:
      'Who held which position in the unit on a day, by role and code of the person; empty outside the caller’s scope. A position is held from its first day, or, where that is unknown, from the day on which a source tells of it, until it ends; that of a chair also ends when the next one’s begins. Dates that are known to the month or year are taken at their widest. Of several statements of one position the latest is told: `statedOn` tells how old the knowledge is.',
  })
  positions(
    @Root() unit: OrgUnit,
    @Arg('asOf', () => DateScalar, { nullable: true, description: 'The day; today in Việt Nam unless given, and of a closed unit its last day. BAD_USER_INPUT unless a date.' }) asOf: unknown,
    @Arg('role', () => PositionRole, { nullable: true, description: 'This role alone.' }) role: PositionRole | null | undefined,
    @Ctx() { reads, today }: Context,
  ): Promise<Position[]> {
    return reads.rows(positionsHeld, [unit.key, structureDay(unit, asOf, today), role ?? null]);
  }

  @FieldResolver(() => Contact, { nullable: true, description: 'How the unit is reached, for callers with a role, and for partners whose reach it lies in; null where nothing is known.' })
  contact(@Root() unit: OrgUnit, @Ctx() { reads }: Context): Promise<Contact | null> {
    return reads.row(contactOf, [unit.key]);
  }
}

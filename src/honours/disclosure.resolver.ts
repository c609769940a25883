import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { listDisclosures } from './disclosure.query.js';
import { discloseRecord, withdrawDisclosure } from './disclosure.service.js';
import { DiscloseRecordInput, DiscloseRecordPayload, Disclosure, DisclosureConnection, WithdrawDisclosureInput, WithdrawDisclosurePayload } from './disclosure.type.js';

@Resolver(() => Disclosure)
export class DisclosureResolver {
  @Mutation(() => DiscloseRecordPayload, {
    description: 'Shows an honour (an award, a work, a model, an initiative, an event, a stated rank) to readers outside its unit’s scope, in place of how it was shown before. Awards once decided, initiatives once valid, else INVALID.',
  })
  discloseRecord(@Arg('input', () => DiscloseRecordInput, { description: 'What, and to whom.' }) input: DiscloseRecordInput, @Ctx() context: Context): Promise<DiscloseRecordPayload> {
    return discloseRecord(context, input);
  }

  @Mutation(() => WithdrawDisclosurePayload, { description: 'Takes a disclosure back: nobody outside the unit’s scope sees the thing any more.' })
  withdrawDisclosure(@Arg('input', () => WithdrawDisclosureInput, { description: 'Which, and why.' }) input: WithdrawDisclosureInput, @Ctx() context: Context): Promise<WithdrawDisclosurePayload> {
    return withdrawDisclosure(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit of the thing.' })
  unit(@Root() disclosure: Disclosure, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(disclosure.unitKey);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitDisclosureResolver {
  @FieldResolver(() => DisclosureConnection, {
    description: 'Which honours of the unit itself are shown outside its scope, the latest first: to readers in its scope all, ended ones too, to others the current ones that are for them.',
  })
  disclosures(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Disclosure>> {
    return listDisclosures(reads, unit.key, args);
  }
}

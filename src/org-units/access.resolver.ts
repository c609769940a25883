import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { listKeys } from '../access/api-key.query.js';
import { ApiKey, ApiKeyConnection } from '../access/api-key.type.js';
import { AuditEntry } from '../access/audit.type.js';
import { listGrants } from '../access/grant.query.js';
import { AccessExplanation, Grant, GrantConnection } from '../access/grant.type.js';
import type { Context } from '../context.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { OrgUnit } from './org-unit.type.js';

@Resolver(() => Grant)
export class GrantUnitResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit on which it is held; null where the caller does not see that unit.' })
  orgUnit(@Root() grant: Grant, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(grant.unitKey);
  }
}

@Resolver(() => ApiKey)
export class ApiKeyUnitResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit whose ADMINs manage it.' })
  orgUnit(@Root() key: ApiKey, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(key.unitKey);
  }
}

@Resolver(() => AuditEntry)
export class AuditUnitResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit that it was done to.' })
  unit(@Root() { unitKey }: AuditEntry, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return unitKey === null ? null : orgUnits.byKey(unitKey);
  }
}

@Resolver(() => AccessExplanation)
export class ExplainedUnitResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit asked about.' })
  orgUnit(@Root() explanation: AccessExplanation, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(explanation.unitKey);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitAccessResolver {
  @FieldResolver(() => GrantConnection, {
    description: 'Grants on the unit itself, ended ones too, the latest first: all of them to an ADMIN of the unit, to others their own.',
  })
  grants(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Grant>> {
    return listGrants(reads, unit.key, args);
  }

  @FieldResolver(() => ApiKeyConnection, { description: 'API keys that the unit’s ADMINs manage, ended ones too, the one that expires last first; to an ADMIN of the unit, and empty to others.' })
  apiKeys(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<ApiKey>> {
    return listKeys(reads, unit.key, args);
  }
}

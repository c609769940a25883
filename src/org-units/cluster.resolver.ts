import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import type { Page } from '../shared/connections.js';
import { clustersOf, clustersOwnedBy } from './cluster.query.js';
import { saveCluster } from './cluster.service.js';
import { EmulationCluster, SaveClusterInput, SaveClusterPayload } from './cluster.type.js';
import { listClusterMembers } from './org-unit.query.js';
import { OrgUnit, OrgUnitConnection, OrgUnitListArgs } from './org-unit.type.js';

const year = { nullable: true, description: 'The year; all years unless given.' };

@Resolver(() => EmulationCluster)
export class ClusterResolver {
  @Mutation(() => SaveClusterPayload, { description: 'Groups units directly under a federation so that they compete with each other for a year, or says anew who is in the cluster (`expectedVersion`). By an ADMIN of the federation.' })
  saveCluster(@Arg('input', () => SaveClusterInput, { description: 'What it is, and who is in it.' }) input: SaveClusterInput, @Ctx() context: Context): Promise<SaveClusterPayload> {
    return saveCluster(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The federation that formed it.' })
  owner(@Root() cluster: EmulationCluster, @Ctx() context: Context): Promise<OrgUnit | null> {
    return context.orgUnits.byKey(cluster.ownerKey);
  }

  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit that leads it in its year (cụm trưởng); null where unknown, and where the caller does not see it.' })
  leadUnit(@Root() cluster: EmulationCluster, @Ctx() context: Context): Promise<OrgUnit | null> | null {
    return cluster.leadUnitKey === null ? null : context.orgUnits.byKey(cluster.leadUnitKey);
  }

  @FieldResolver(() => OrgUnitConnection, { description: 'The units in it that are in the caller’s scope, by code unless asked otherwise.' })
  members(
    @Root() cluster: EmulationCluster,
    @Args(() => OrgUnitListArgs) args: OrgUnitListArgs,
    @Ctx() context: Context,
  ): Promise<Page<OrgUnit>> {
    return listClusterMembers(context.reads, cluster.key, args);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitClusterResolver {
  @FieldResolver(() => [EmulationCluster], { description: 'The emulation clusters and blocs in which the unit competes, latest year first.' })
  clusters(
    @Root() unit: OrgUnit,
    @Arg('year', () => Int, year) ofYear: number | undefined,
    @Ctx() context: Context,
  ): Promise<EmulationCluster[]> {
    return context.reads.rows(clustersOf, [unit.key, ofYear ?? null]);
  }

  @FieldResolver(() => [EmulationCluster], {
    description: 'The emulation clusters and blocs into which the unit groups its members, latest year first.',
  })
  ownedClusters(
    @Root() unit: OrgUnit,
    @Arg('year', () => Int, year) ofYear: number | undefined,
    @Ctx() context: Context,
  ): Promise<EmulationCluster[]> {
    return context.reads.rows(clustersOwnedBy, [unit.key, ofYear ?? null]);
  }
}

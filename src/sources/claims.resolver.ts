import { Ctx, FieldResolver, Resolver, Root, type ClassType } from 'type-graphql';
import { Aim } from '../campaigns/aim.type.js';
import { Campaign } from '../campaigns/campaign.type.js';
import { Document } from '../campaigns/document.type.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { Award } from '../honours/award.type.js';
import { AnnualTheme } from '../honours/annual-theme.type.js';
import { Event, EventCount } from '../honours/event.type.js';
import { Partner } from '../honours/partner.type.js';
import { Contact } from '../honours/contact.type.js';
import { Initiative } from '../honours/initiative.type.js';
import { Person } from '../honours/person.type.js';
import { PracticeModel } from '../honours/practice-model.type.js';
import { Work } from '../honours/work.type.js';
import { Position } from '../honours/position.type.js';
import { Norm } from '../ledger/figure-norm.type.js';
import { Figure } from '../ledger/figure.type.js';
import { EmulationCluster } from '../org-units/cluster.type.js';
import { MemberCount } from '../org-units/member-count.type.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { Region } from '../org-units/region.type.js';
import { Disclosure } from '../honours/disclosure.type.js';
import { Publication } from '../ledger/publication.type.js';
import { claimsIn } from './source.query.js';
import { Claim } from './source.type.js';

/** Every type whose rows say in `source` where they come from. */
const citing: ClassType<{ source: string | null }>[] = [OrgUnit, EmulationCluster, Region, MemberCount, Campaign, Indicator, Norm, Figure, Document, Aim, AnnualTheme, Partner, Event, EventCount, Person, Position, Contact, Award, Work, PracticeModel, Initiative, Publication, Disclosure];

/** A resolver for each, since a field belongs to one type; for types of the rooms below, they ask for one. */
export function claimsOf(type: ClassType<{ source: string | null }>): Function {
  @Resolver(() => type)
  class Citing {
    @FieldResolver(() => [Claim], {
      description: 'What it rests on: the claims whose codes stand in `source`, as far as they are about units in the caller’s scope, by code. Those claims say which others contradict them.',
    })
    claims(@Root() { source }: { source: string | null }, @Ctx() { reads }: Context): Promise<Claim[]> | Claim[] {
      return source === null ? [] : reads.rows(claimsIn, [source]);
    }
  }
  return Citing;
}

export const claimsResolvers: Function[] = citing.map(claimsOf);

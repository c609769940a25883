import { Field, ObjectType } from 'type-graphql';
import { Campaign } from '../campaigns/campaign.type.js';
import { Progress } from '../ledger/progress.type.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { DateTime } from '../shared/scalars.js';

@ObjectType({ description: 'What has changed of a unit’s progress in a campaign since the event before.' })
export class ProgressChange {
  @Field(() => OrgUnit, { description: 'The unit.' })
  unit!: OrgUnit;

  @Field(() => Campaign, { description: 'The campaign.' })
  campaign!: Campaign;

  @Field(() => DateTime, { description: 'When it was read: all of the event holds at this instant.' })
  at!: string;

  @Field(() => [Progress], {
    description:
      'Today’s progress on each indicator, in each phase and in the campaign as a whole, of which something has changed: at most 20, the others come with the next event. Empty in the first event, which says that the subscription has begun.',
  })
  progress!: Progress[];
}

import { ArgsType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { ChangeInput, CommandPayload, SaveInput } from '../shared/mutation.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar, DateTime } from '../shared/scalars.js';

export const AdoptionManner = defineEnum('AdoptionManner', 'How a unit joins a campaign of a unit above it.', {
  LAUNCH: 'It launches the campaign at home (phát động).',
  REGISTER: 'It registers to take part (đăng ký).',
});
export type AdoptionManner = keyof typeof AdoptionManner;

@ObjectType({ description: 'That a unit takes part in a campaign of a unit above it, or of a body outside the unions.' })
export class Adoption {
  key!: number;
  unitKey!: number;
  campaignKey!: number;
  /** For cursors. */
  unitCode!: string;
  campaignCode!: string;

  @Field(() => DateScalar, { description: 'The day on which it joined.' })
  adoptedOn!: Day;

  @Field(() => AdoptionManner, { description: 'How it joined.' })
  manner!: AdoptionManner;

  @Field(() => DateTime, { nullable: true, description: 'When it left; null while it takes part.' })
  endedAt!: string | null;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;
}

export const AdoptionConnection = connectionOf(() => Adoption, 'Adoption', 'adoptions');

@ArgsType()
export class AdoptionListArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Of the unit of this code and those beneath it today. An unknown code gives an empty list.' })
  within?: string | null;
}

@InputType({ description: 'A unit that joins a campaign, or that joined it otherwise than was said.' })
export class AdoptCampaignInput extends SaveInput {
  @Field(() => String, { description: 'Code of the unit, of which the caller is a CAMPAIGN_MANAGER. It is active on the day, and stands beneath the unit that launched the campaign, unless a body outside the unions did.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign, which is LAUNCHED.' })
  campaign!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which it joins: today or before, not before the launch. Left out: today; where it has joined already, the day that was said. BAD_USER_INPUT unless a date.',
  })
  on?: unknown;

  @Field(() => AdoptionManner, { description: 'How it joins.' })
  as!: AdoptionManner;
}

@ObjectType({ description: 'What `adoptCampaign` did.' })
export class AdoptCampaignPayload extends CommandPayload {
  @Field(() => Adoption, { nullable: true, description: 'The adoption; as it is where expectedVersion is stale, else null where nothing was done.' })
  adoption!: Adoption | null;
}

@InputType({ description: 'A unit that takes part in a campaign no more.' })
export class LeaveCampaignInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the unit, of which the caller is a CAMPAIGN_MANAGER.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign, in which the unit takes part.' })
  campaign!: string;
}

@ObjectType({ description: 'What `leaveCampaign` did.' })
export class LeaveCampaignPayload extends CommandPayload {
  @Field(() => Adoption, { nullable: true, description: 'The adoption that has ended; as it is where expectedVersion is stale, else null where nothing was done.' })
  adoption!: Adoption | null;
}

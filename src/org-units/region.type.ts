import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../shared/connections.js';
import { Node, type Keyed } from '../shared/node-id.js';

@ObjectType({ implements: Node, description: 'A part of the country or of a province (vùng, khu vực), by the units that belong to it. Its name is public.' })
export class Region implements Keyed {
  key!: number;

  @Field(() => String, { description: 'Code that names the region in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name in English, where there is one.' })
  nameEn!: string | null;

  @Field(() => [String], { description: 'Other names and spellings.' })
  aliases!: string[];

  @Field(() => String, { nullable: true, description: 'Where this comes from; null to callers without a scope.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it; null to callers without a scope.' })
  note!: string | null;
}

export const RegionConnection = connectionOf(() => Region, 'Region', 'regions');

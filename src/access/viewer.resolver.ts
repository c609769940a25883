import { Arg, Ctx, Field, FieldResolver, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { defineEnum } from '../shared/enums.js';
import type { CallerClass as Class } from './caller.js';
import { grantsHeld } from './grant.query.js';
import { may } from './grant.resolver.js';
import { Action, Grant } from './grant.type.js';
import type { ActionName } from './role.rules.js';

export const CallerClass = defineEnum('CallerClass', 'How a caller came in; limits differ by it.', {
  ANONYMOUS: 'Without a credential.',
  PARTNER: 'With an API key.',
  MEMBER: 'With a token.',
} satisfies Record<Class, string>);

@ObjectType({ description: 'The caller, and what they may do.' })
export class Viewer {
  @Field(() => String, { nullable: true, description: 'Who the caller is: the subject of the token, or `key:<id>` of an API key; null: anonymous.' })
  principal!: string | null;

  @Field(() => CallerClass, { description: 'How the caller came in.' })
  callerClass!: Class;
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who is asking, as the server sees it.' })
  viewer(@Ctx() { caller }: Context): Viewer {
    return { principal: caller.principal, callerClass: caller.class };
  }

  @FieldResolver(() => [Grant], { description: 'The caller’s grants that hold today, the strongest role first.' })
  scopes(@Ctx() { caller, reads, today }: Context): Promise<Grant[]> | Grant[] {
    return caller.principal === null ? [] : reads.rows(grantsHeld, [caller.principal, today]);
  }

  @FieldResolver(() => Boolean, { description: 'Whether the caller may do this to a unit today; false for a unit that they do not see, or that does not exist.' })
  can(
    @Arg('action', () => Action, { description: 'What they want to do.' }) action: ActionName,
    @Arg('unit', () => String, { description: 'Code of the unit.' }) unit: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    return may(context, action, unit);
  }
}

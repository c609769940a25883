import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';

@ObjectType({
  description:
    'The caller. Until permissions land every caller is anonymous and reads everything, and the server listens on the machine’s own loopback address only.',
})
export class Viewer {
  @Field(() => String, { nullable: true, description: 'Who the caller is; null: anonymous, as every caller still is.' })
  principal!: string | null;
}

@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who is asking, as the server sees it.' })
  viewer(@Ctx() context: Context): Viewer {
    return context.viewer;
  }
}

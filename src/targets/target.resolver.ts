import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Progress, TargetBasis } from '../ledger/progress.type.js';
import { targetVersion } from './target.query.js';
import { approveTarget, registerTarget, returnTarget, setOwnTarget, withdrawTarget } from './target.service.js';
import {
  ApproveTargetInput, ApproveTargetPayload, RegisterTargetInput, RegisterTargetPayload, ReturnTargetInput, ReturnTargetPayload, SetOwnTargetInput, SetOwnTargetPayload,
  WithdrawTargetInput, WithdrawTargetPayload,
} from './target.type.js';

@Resolver()
export class TargetResolver {
  @Mutation(() => SetOwnTargetPayload, {
    description:
      'States a target that a unit sets itself; it counts at once. On the same day it takes the place of the former one, on a later day it follows it. `expectedVersion` is `Progress.targetVersion`; CONFLICT, with the latest target, where there is another by now.',
  })
  setOwnTarget(@Arg('input', () => SetOwnTargetInput, { description: 'The target.' }) input: SetOwnTargetInput, @Ctx() context: Context): Promise<SetOwnTargetPayload> {
    return setOwnTarget(context, input);
  }

  @Mutation(() => RegisterTargetPayload, {
    description:
      'Registers a target of a unit with one above it: it is handed in, and counts once an APPROVER above has approved it. Another of the same day that is on its way is withdrawn, one that counts is superseded once this one is approved; of a later day it follows. `expectedVersion` is `Progress.targetVersion(basis: REGISTERED)`; CONFLICT, with the latest one, where there is another by now.',
  })
  registerTarget(@Arg('input', () => RegisterTargetInput, { description: 'The target.' }) input: RegisterTargetInput, @Ctx() context: Context): Promise<RegisterTargetPayload> {
    return registerTarget(context, input);
  }

  @Mutation(() => ApproveTargetPayload, { description: 'Approves a target that was registered: from then on it counts, in place of the one of the same day.' })
  approveTarget(@Arg('input', () => ApproveTargetInput, { description: 'Which.' }) input: ApproveTargetInput, @Ctx() context: Context): Promise<ApproveTargetPayload> {
    return approveTarget(context, input);
  }

  @Mutation(() => ReturnTargetPayload, { description: 'Gives a target that was registered back to its unit, with a reason; the unit may register another.' })
  returnTarget(@Arg('input', () => ReturnTargetInput, { description: 'Which, and why.' }) input: ReturnTargetInput, @Ctx() context: Context): Promise<ReturnTargetPayload> {
    return returnTarget(context, input);
  }

  @Mutation(() => WithdrawTargetPayload, { description: 'Takes a target of any basis back, for good: what counts then counts as never stated.' })
  withdrawTarget(@Arg('input', () => WithdrawTargetInput, { description: 'Which, and why.' }) input: WithdrawTargetInput, @Ctx() context: Context): Promise<WithdrawTargetPayload> {
    return withdrawTarget(context, input);
  }
}

@Resolver(() => Progress)
export class ProgressTargetResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many targets of a basis were stated of the unit here, on any day, and how many were taken back: `setOwnTarget` and `registerTarget` take it as `expectedVersion`. Null of a unit outside the caller’s scope; of NORM 0.',
  })
  async targetVersion(
    @Root() { unit, campaign, phase, indicator, published }: Progress,
    @Arg('basis', () => TargetBasis, { nullable: true, defaultValue: 'SELF_SET', description: 'How the target came about.' }) basis: TargetBasis | null,
    @Ctx() { reads }: Context,
  ): Promise<number | null> {
    if (published !== null) return null;
    const row = await reads.row(targetVersion, [unit.key, campaign.key, phase?.key ?? null, indicator.key, basis ?? 'SELF_SET']);
    return row!.version;
  }
}

import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import * as results from './result.service.js';
import {
  ApproveResultInput, ApproveResultPayload, ApproveResultsInput, ApproveResultsPayload, CorrectResultInput, CorrectResultPayload, ReturnResultInput, ReturnResultPayload,
  SaveResultInput, SaveResultPayload, SubmitResultInput, SubmitResultPayload, SubmitResultsInput, SubmitResultsPayload, WithdrawResultInput, WithdrawResultPayload,
} from './result.type.js';

@Resolver()
export class ResultResolver {
  @Mutation(() => SaveResultPayload, {
    description: 'Writes a result as a draft, or a draft anew (`expectedVersion`); one that was returned is a draft again. A draft does not count: hand it in by `submitResult`. There is one at a time of a unit, series, coverage and day.',
  })
  saveResult(@Arg('input', () => SaveResultInput, { description: 'What it says.' }) input: SaveResultInput, @Ctx() context: Context): Promise<SaveResultPayload> {
    return results.saveResult(context, input);
  }

  @Mutation(() => SubmitResultPayload, {
    description: 'Hands a draft in, or what was returned, for the approval of a unit above. What is odd about it is to be acknowledged: NOT_ACKNOWLEDGED otherwise, with the `warnings`.',
  })
  submitResult(@Arg('input', () => SubmitResultInput, { description: 'Which.' }) input: SubmitResultInput, @Ctx() context: Context): Promise<SubmitResultPayload> {
    return results.submitResult(context, input);
  }

  @Mutation(() => SubmitResultsPayload, { description: 'Hands several results in at once, each as `submitResult` does.' })
  submitResults(@Arg('input', () => SubmitResultsInput, { description: 'Which.' }) input: SubmitResultsInput, @Ctx() context: Context): Promise<SubmitResultsPayload> {
    return results.submitResults(context, input);
  }

  @Mutation(() => ReturnResultPayload, { description: 'Gives a result that was handed in back to its unit, with a reason.' })
  returnResult(@Arg('input', () => ReturnResultInput, { description: 'Which, and why.' }) input: ReturnResultInput, @Ctx() context: Context): Promise<ReturnResultPayload> {
    return results.returnResult(context, input);
  }

  @Mutation(() => ApproveResultPayload, {
    description: 'Approves a result that was handed in: from then on it counts, for the unit and all above it. A correction takes the place of what it corrects.',
  })
  approveResult(@Arg('input', () => ApproveResultInput, { description: 'Which.' }) input: ApproveResultInput, @Ctx() context: Context): Promise<ApproveResultPayload> {
    return results.approveResult(context, input);
  }

  @Mutation(() => ApproveResultsPayload, { description: 'Approves several results at once, each as `approveResult` does; totals move once.' })
  approveResults(@Arg('input', () => ApproveResultsInput, { description: 'Which.' }) input: ApproveResultsInput, @Ctx() context: Context): Promise<ApproveResultsPayload> {
    return results.approveResults(context, input);
  }

  @Mutation(() => CorrectResultPayload, {
    description: 'Writes a draft of what an approved result is to say instead. The approved one counts until the correction is handed in and approved; then it is SUPERSEDED.',
  })
  correctResult(@Arg('input', () => CorrectResultInput, { description: 'Which, and what it is to say.' }) input: CorrectResultInput, @Ctx() context: Context): Promise<CorrectResultPayload> {
    return results.correctResult(context, input);
  }

  @Mutation(() => WithdrawResultPayload, { description: 'Takes a result back, for good: what counts then counts as never stated. A new one can be written for that day.' })
  withdrawResult(@Arg('input', () => WithdrawResultInput, { description: 'Which, and why.' }) input: WithdrawResultInput, @Ctx() context: Context): Promise<WithdrawResultPayload> {
    return results.withdrawResult(context, input);
  }
}

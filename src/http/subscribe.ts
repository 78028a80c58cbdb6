import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import type { RequestContext } from '../resolvers/context.js';

export interface SubscribeArgs extends ExecutionArgs {
  /** Made for each push: a subscription lives for hours, what one push loaded must not be the next one's answer. */
  freshContext(): RequestContext;
}

/**
 * Carries out a subscription operation. The source is pulled only when the answer before was taken, and ending the
 * answers ends it at once.
 */
export async function subscribe(args: SubscribeArgs): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  const answers: AsyncGenerator<ExecutionResult> = {
    async next() {
      const { done, value } = await events.next();
      if (done) return { done, value: undefined };
      return { value: await execute({ ...args, rootValue: value, contextValue: args.freshContext() }) };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await events.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => answers,
  };
  return answers;
}

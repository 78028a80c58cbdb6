import type { Stripe } from 'stripe';
import type { CommandProgress, CommandRow, CommandStep } from '../db/commands.js';
import type { Mirror, ReadStamp } from '../mirror/mirror.js';
import type { StripeAnswer, StripeGateway } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';
import { type CallName, type IdempotentCalls, idempotentCall } from '../stripe/idempotent-calls.js';
import { canonical } from './canonical.js';

/** Stripe keeps a key for 24 hours at least. */
const KEY_HOURS = 23;

export interface StepRequest<Name extends CallName> {
  /** Unique in the command. */
  name: string;
  call: Name;
  /** Id of the object that is changed. */
  target?: string;
  params: IdempotentCalls[Name]['params'];
  /** Looks in Stripe for what the step may have done; null when nothing is there. */
  find(): Promise<IdempotentCalls[Name]['answer'] | null>;
  /** Reads the object as it is now, with the parts that the command needs of it. */
  reread(sdk: Stripe, id: string): Promise<Stripe.Response<IdempotentCalls[Name]['answer']>>;
}
/** An answer and what `mirror.projectAnswer` must know of it. */
export type Stamped<T> = StripeAnswer<T> & ReadStamp;

export interface Steps {
  /** Carries out one change in Stripe, once; fails with `StripeCallError`. */
  step<Name extends CallName>(request: StepRequest<Name>): Promise<Stamped<IdempotentCalls[Name]['answer']>>;
  /** Whether a step of this name was begun, by an earlier attempt at the same command. */
  begun(name: string): boolean;
  /** Reads from Stripe, to be projected. */
  read<T>(request: (sdk: Stripe) => Promise<Stripe.Response<T>>): Promise<Stamped<T>>;
  all(): CommandStep[];
}

export function createSteps(
  deps: { stripe: StripeGateway; mirror: Mirror },
  command: CommandRow,
  write: (progress: CommandProgress) => Promise<void>,
): Steps {
  let steps = [...command.steps];

  const read: Steps['read'] = async (request) => {
    const { asked } = await deps.mirror.beginRead();
    return { ...(await deps.stripe.call(request)), asked };
  };

  const begin = async <Name extends CallName>(request: StepRequest<Name>): Promise<CommandStep> => {
    const attempt = steps.filter(({ name }) => name === request.name).length + 1;
    const { name, call, target } = request;
    const key = `${command.id}:${name}:${attempt}`;
    const params = canonical(request.params) as Record<string, unknown>;
    const sentAt = new Date().toISOString();
    const step: CommandStep = { name, call, ...(target === undefined ? {} : { target }), key, params, sentAt };
    steps.push(step);
    await write({ steps });
    return step;
  };

  const send = async <Name extends CallName>(request: StepRequest<Name>, step: CommandStep) => {
    const params = canonical(step.params) as IdempotentCalls[Name]['params'];
    const answer = await read(idempotentCall(request.call, { target: step.target, params, key: step.key }));
    step.result = answer.value.id;
    // A replayed or retried answer shows what was, not what is.
    if (!answer.replayed && answer.attempts === 1) return answer;
    return read((sdk) => request.reread(sdk, answer.value.id));
  };

  // Stripe stores a server error with its key and repeats it, whatever it had done by then: the effect tells.
  const found = async <Name extends CallName>(request: StepRequest<Name>, step: CommandStep) => {
    const effect = await request.find();
    if (!effect) return null;
    step.result = effect.id;
    delete step.failed;
    return read((sdk) => request.reread(sdk, effect.id));
  };

  return {
    read,
    all: () => steps,
    begun: (name) => steps.some((step) => step.name === name),
    async step(request) {
      let last = steps.findLast(({ name }) => name === request.name);
      const done = last?.result;
      if (done !== undefined) return read((sdk) => request.reread(sdk, done));
      if (last && (last.failed !== undefined || isForgotten(last))) {
        const effect = await found(request, last);
        if (effect) return effect;
        last = undefined;
      }
      const step = last ?? (await begin(request));
      try {
        return await send(request, step);
      } catch (error) {
        if (!(error instanceof StripeCallError)) throw error;
        if (error.answeredWithServerError) {
          step.failed = error.kind;
          const effect = await found(request, step).catch(() => undefined);
          if (effect) return effect;
          throw effect === null ? error.withOutcome(false) : error;
        }
        if (isDefinite(error)) step.failed = error.facts.stripeCode ?? error.kind;
        // Its key was never used. (An earlier attempt's may have been: it stays.)
        else if (!last && didNothing(error)) steps = steps.filter((each) => each !== step);
        throw error;
      }
    },
  };
}

function isForgotten({ sentAt }: CommandStep): boolean {
  return Date.now() - Date.parse(sentAt) > KEY_HOURS * 3_600_000;
}

function isDefinite({ kind }: StripeCallError): boolean {
  return kind === 'declined' || kind === 'refused' || kind === 'not_found' || kind === 'conflict';
}

function didNothing({ kind, outcomeUnknown }: StripeCallError): boolean {
  return kind === 'throttled' || kind === 'unauthorized' || (kind === 'unavailable' && !outcomeUnknown);
}

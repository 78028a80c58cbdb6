import { createHash, randomBytes } from 'node:crypto';
import {
  type CommandProgress,
  type CommandRow,
  commandByKey,
  forgetCommand,
  openCommand,
  writeCommand,
} from '../db/commands.js';
import type { Database } from '../db/connect.js';
import { BillingRefusal } from '../errors.js';
import type { Logger } from '../log.js';
import type { Mirror } from '../mirror/mirror.js';
import type { StripeGateway } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';
import { refusalOf } from '../stripe/refusal.js';
import { canonical } from './canonical.js';
import { inProgress, type Lease, type Leases } from './lease.js';
import { type Outcome, storedRefusal } from './outcome.js';
import { inputInvalid } from './refusals.js';
import { createSteps, type Stamped, type Steps } from './steps.js';

export interface CommandDeps {
  db: Database;
  stripe: StripeGateway;
  mirror: Mirror;
  leases: Leases;
  log: Logger;
}
export interface CommandCall {
  accountId: string;
  operation: string;
  /** Everything that decides what the command does; the same key with another input is a conflict. */
  input: unknown;
  idempotencyKey: string | null;
}
/** A command being carried out under the account's lease. */
export interface CommandRun extends Steps {
  /** `tgc_…`; goes into the metadata of what is made. */
  commandId: string;
  log: Logger;
  /** Writes an answer's objects to the mirror, so that the caller reads its own write. */
  project(objects: Parameters<Mirror['projectAnswer']>[0], answer: Stamped<unknown>): Promise<void>;
}
export interface Carried {
  outcome: Outcome;
  /** The outcome was in the ledger already: secrets must be read again. */
  repeated: boolean;
}

/**
 * Carries out a command once. Its steps are in the ledger with Stripe's key and exact parameters before Stripe is
 * called; whoever repeats it after a crash goes on from there. Refusals that will not change are outcomes too;
 * those that may (`retryable`) are thrown and leave the key free.
 */
export async function runCommand(
  deps: CommandDeps,
  call: CommandCall,
  work: (run: CommandRun) => Promise<Outcome>,
): Promise<Carried> {
  const { db } = deps;
  refuseUnkeepable(call);
  const id = `tgc_${randomBytes(12).toString('hex')}`;
  const { accountId, operation } = call;
  const wanted = { id, accountId, operation, key: call.idempotencyKey ?? id, inputHash: hashOf(call.input) };
  const known = call.idempotencyKey === null ? null : await commandByKey(db, wanted);
  const answered = known && outcomeOf(known, wanted.inputHash);
  if (answered) return { outcome: answered, repeated: true };

  return deps.leases.hold(accountId, async (lease) => {
    const row = await openCommand(db, { ...wanted, input: call.input ?? {} });
    const earlier = outcomeOf(row, wanted.inputHash);
    if (earlier) return { outcome: earlier, repeated: true };
    return { outcome: await carryOut(deps, row, lease, work), repeated: false };
  });
}

async function carryOut(
  deps: CommandDeps,
  row: CommandRow,
  lease: Lease,
  work: (run: CommandRun) => Promise<Outcome>,
): Promise<Outcome> {
  const write = async (progress: CommandProgress) => {
    if (!(await writeCommand(deps.db, row, lease.holder, progress))) throw inProgress();
  };
  const steps = createSteps(deps, row, write);
  const finish = async (outcome: Outcome) => {
    await write({ state: 'DONE', outcome: { ...outcome }, steps: steps.all() });
    return outcome;
  };
  const project: CommandRun['project'] = async (objects, answer) => {
    try {
      await deps.mirror.projectAnswer(objects, answer);
    } catch (error) {
      // What was done is done; where Stripe cannot be read again just now, its webhook brings the mirror there.
      if (!(error instanceof StripeCallError)) throw error;
      logFailure(deps.log, row, error);
    }
  };
  try {
    return await finish(await work({ ...steps, project, commandId: row.id, log: deps.log }));
  } catch (thrown) {
    const refusal = thrown instanceof StripeCallError ? refusalOf(asSeenFromOutside(thrown, steps)) : thrown;
    if (!(refusal instanceof BillingRefusal)) throw thrown;
    if (thrown instanceof StripeCallError) logFailure(deps.log, row, thrown);
    const untraced = steps.all().length === 0;
    if (!refusal.retryable && !(untraced && row.key === row.id)) {
      return finish({ refusals: [storedRefusal(refusal)] });
    }
    if (untraced) await forgetCommand(deps.db, row, lease.holder);
    else if (refusal.code !== 'IN_PROGRESS') await write({ state: 'UNKNOWN', steps: steps.all() });
    throw refusal;
  }
}

/** Once a step was carried out, no failure after it may say that nothing was done. */
function asSeenFromOutside(error: StripeCallError, steps: Steps): StripeCallError {
  const { kind, facts, message } = error;
  const passing = kind === 'unavailable' || kind === 'throttled' || kind === 'busy' || kind === 'unauthorized';
  if (!passing || !steps.all().some(({ result }) => result !== undefined)) return error;
  return new StripeCallError('unavailable', message, { ...facts, outcomeUnknown: true }, error);
}

// PostgreSQL keeps no NUL in text or JSON.
function refuseUnkeepable({ idempotencyKey, input }: CommandCall): void {
  if (idempotencyKey !== null && !/^[^\p{Cc}]{1,255}$/u.test(idempotencyKey)) {
    throw inputInvalid('An idempotency key is a text of 1 to 255 characters, none of them control.', 'idempotencyKey');
  }
  if (JSON.stringify(input ?? null).includes('\\u0000'))
    throw inputInvalid('A text has a NUL character in it.', 'input');
}

function outcomeOf(row: CommandRow, inputHash: string): Outcome | null {
  if (row.inputHash !== inputHash) {
    const message = 'This idempotency key was used with other input. Use a new key for another command.';
    throw new BillingRefusal('IDEMPOTENCY_CONFLICT', message, { field: ['idempotencyKey'] });
  }
  return row.state === 'DONE' ? ((row.outcome ?? {}) as Outcome) : null;
}

function logFailure(log: Logger, { id, operation, accountId }: CommandRow, { kind, message, facts }: StripeCallError) {
  const about = { command: id, operation, accountId, kind, stripe: message, ...facts };
  if (kind === 'unauthorized') log.error(about, 'Stripe refuses our key.');
  else log.info(about, 'Stripe did not carry out a command.');
}

function hashOf(input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(input ?? null)))
    .digest('hex');
}

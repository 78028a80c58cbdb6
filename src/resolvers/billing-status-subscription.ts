import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Resolver, Root, Subscription } from 'type-graphql';
import { mayRead } from '../auth/permit.js';
import { type WatchedStatus, watchedStatus } from '../db/account-status.js';
import { accountById, accountOfOwner } from '../db/accounts.js';
import { TollgateError } from '../errors.js';
import { followStatus } from '../feed/follow.js';
import { BillingStatus } from '../schema/billing-status.js';
import { SafeInt } from '../schema/scalars.js';
import { readAccount } from './account-reads.js';
import { accountIdText } from './commanding-viewer.js';
import type { RequestContext } from './context.js';
import { accountReference, makeAccount, readingViewer } from './reading-viewer.js';

interface WatchArgs {
  accountId?: string | null;
  after?: number | null;
}

@Resolver()
export class BillingStatusSubscription {
  @Subscription(() => BillingStatus, {
    description:
      'First the current status (unless its version equals `after`), then every later one. State, not deltas: a slow client gets the newest, never a backlog. The same version is sent again before trustUntil passes.',
    subscribe: ({ args, context }) => watch(context as RequestContext, args as WatchArgs),
  })
  async billingStatus(
    @Root() watched: WatchedStatus,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('accountId', () => ID, { nullable: true, description: accountIdText }) _accountId?: string | null,
    @Arg('after', () => SafeInt, { nullable: true, description: 'The version that the client has already.' })
    _after?: number | null,
  ) {
    const status = await readAccount(ctx, 'BillingStatus', watched.accountId, info);
    if (!status) throw noSuchAccount();
    // It may be newer than the one that was heard of: what follows has to be newer than what is given.
    watched.version = status.row.version ?? watched.version;
    return status;
  }
}

async function watch(
  ctx: RequestContext,
  { accountId: text, after }: WatchArgs,
): Promise<AsyncGenerator<WatchedStatus>> {
  const accountId = await watchedAccount(ctx, text);
  const load = async () => {
    const watched = await watchedStatus(ctx.db, accountId);
    if (!watched || !mayRead(ctx.viewer, watched.owner)) throw noSuchAccount();
    return watched;
  };
  return followStatus(ctx.bus, accountId, load, {
    after,
    ready: ctx.drained,
    refreshIn: ({ secondsToTransition }) => halfOfTrust(ctx.config.proof.ttl, secondsToTransition),
    log: ctx.log,
  });
}

async function watchedAccount(ctx: RequestContext, text: string | null | undefined): Promise<string> {
  const viewer = readingViewer(ctx);
  const reference = accountReference(viewer, text);
  if ('owner' in reference && mayRead(viewer, reference.owner)) await makeAccount(ctx, viewer, reference.owner);
  const account =
    'id' in reference ? await accountById(ctx.db, reference.id) : await accountOfOwner(ctx.db, reference.owner);
  const owner = account && ({ kind: account.ownerKind, id: account.ownerId } as WatchedStatus['owner']);
  if (!account || !owner || !mayRead(viewer, owner)) throw noSuchAccount();
  return account.id;
}

/** Milliseconds. What an answer may be relied on is as AccessView has it; nobody is told more often than every 2 s. */
function halfOfTrust(trustSeconds: number, secondsToTransition: number | null): number {
  return Math.max(2, Math.min(trustSeconds, secondsToTransition ?? trustSeconds) / 2) * 1000;
}

function noSuchAccount(): TollgateError {
  return new TollgateError('NOT_FOUND', 'There is no such account for this viewer.');
}

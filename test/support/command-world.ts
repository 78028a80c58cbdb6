import type { Stripe } from 'stripe';
import type { Viewer } from '../../src/auth/viewer.js';
import { type Commands, type CommandsOptions, createCommands } from '../../src/commands/commands.js';
import { accountOfOwner } from '../../src/db/accounts.js';
import type { Database } from '../../src/db/connect.js';
import { createLogger } from '../../src/log.js';
import type { Mirror } from '../../src/mirror/mirror.js';
import { commandConfig } from './command-settings.js';
import { createMirrorWorld, type InstanceOptions, type MirrorWorld } from './mirror-world.js';

export { viewer } from './command-settings.js';

export interface CommandWorld extends MirrorWorld {
  commands: Commands;
  /** Commands of another instance over the same database and Stripe. */
  commandsOf(mirror: Mirror, options?: Partial<CommandsOptions>): Commands;
  /** The account's customer in Stripe. */
  customerOf(viewer: Viewer): Promise<string>;
  /** A card on the account's customer, made as default where asked. */
  giveCard(viewer: Viewer, token: string, asDefault?: boolean): Promise<Stripe.PaymentMethod>;
  /** All that the customer has, whatever its status, newest first. */
  subscriptionsOf(viewer: Viewer): Promise<Stripe.Subscription[]>;
  /** What a person does with Elements: confirms the intent behind a client secret. */
  confirm(intentId: string | undefined, token: string): Promise<Stripe.PaymentIntent>;
}

/** A gateway's commands over a real database and a sandbox with the default catalogue, mirrored. */
export async function createCommandWorld(
  db: Database,
  options: InstanceOptions & { commands?: Partial<CommandsOptions> } = {},
): Promise<CommandWorld> {
  const world = await createMirrorWorld(db, options);
  world.worker.start();
  await fetch(new URL('/_sandbox/seed', world.sandbox.url), { method: 'POST' });
  await world.deliverAll();
  const commandsOf = (mirror: Mirror, more: Partial<CommandsOptions> = {}) =>
    createCommands({
      db,
      stripe: mirror.stripe,
      mirror,
      log: createLogger('silent'),
      config: commandConfig,
      times: { settleMs: 1 },
      ...options.commands,
      ...more,
    });
  const { sdk } = world.stripe;
  const customerOf = async ({ owner }: Viewer) => {
    const customer = (await accountOfOwner(db, owner))?.stripeCustomerId;
    if (!customer) throw new Error(`${owner.kind}:${owner.id} has no customer.`);
    return customer;
  };
  return {
    ...world,
    commands: commandsOf(world.mirror),
    commandsOf,
    customerOf,
    async giveCard(viewer, token, asDefault = false) {
      const customer = await customerOf(viewer);
      const method = await sdk.paymentMethods.attach(token, { customer });
      if (asDefault) await sdk.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
      return method;
    },
    subscriptionsOf: async (viewer) =>
      (await sdk.subscriptions.list({ customer: await customerOf(viewer), status: 'all' })).data,
    confirm: (intentId, token) => sdk.paymentIntents.confirm(intentId ?? '', { payment_method: token }),
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeldSubscription, mayStart, type StartRuling, type StartWish } from '../../src/access/may-start.js';
import type { Refused } from '../../src/access/ruling.js';

const wish: StartWish = {
  group: 'default',
  currency: 'usd',
  items: [
    { priceId: 'p_team', quantity: 3 },
    { priceId: 'p_usage', quantity: null },
  ],
  paymentMethodId: null,
};
const held = (id: string, status: string, more: Partial<HeldSubscription> = {}): HeldSubscription => ({
  id,
  status,
  group: 'default',
  currency: 'usd',
  items: [
    { priceId: 'p_usage', quantity: null },
    { priceId: 'p_team', quantity: 3 },
  ],
  awaitsSetup: false,
  defaultPaymentMethodId: null,
  created: 1,
  ...more,
});
const other = { items: [{ priceId: 'p_solo', quantity: 1 }] };
const ruled = (subscriptions: HeldSubscription[], wanted: Partial<StartWish> = {}) => {
  const ruling = mayStart({ ...wish, ...wanted }, subscriptions) as StartRuling & Refused;
  if (ruling.refused) return `${ruling.refused} ${ruling.subscriptionId}`;
  return `${ruling.again ? `again ${ruling.again}` : 'start'}${ruling.withdraw.length ? ` without ${ruling.withdraw}` : ''}`;
};

describe('a start', () => {
  it.each<[string, HeldSubscription[], Partial<StartWish>, string]>([
    ['of a new account', [], {}, 'start'],
    ['beside a plan of another group', [held('s', 'active', { group: 'addons' })], {}, 'start'],
    ['after an ended one', [held('s', 'canceled'), held('t', 'incomplete_expired')], {}, 'start'],
    ['begun again with the same choice', [held('s', 'incomplete')], {}, 'again s'],
    ['begun again with another choice', [held('s', 'incomplete', other)], {}, 'start without s'],
    [
      'begun again with other seats',
      [held('s', 'incomplete')],
      { items: [{ priceId: 'p_team', quantity: 4 }] },
      'start without s',
    ],
    ['begun again in another currency', [held('s', 'incomplete', { currency: 'eur' })], {}, 'start without s'],
    [
      'begun twice: the newer goes on',
      [held('s', 'incomplete'), held('t', 'incomplete', { created: 2 })],
      {},
      'again t without s',
    ],
    ['with a card after one without', [held('s', 'incomplete')], { paymentMethodId: 'pm_1' }, 'start without s'],
    [
      'with the card it was begun with',
      [held('s', 'incomplete', { defaultPaymentMethodId: 'pm_1' })],
      { paymentMethodId: 'pm_1' },
      'again s',
    ],
    ['of a trial whose card was never given', [held('s', 'trialing', { awaitsSetup: true })], {}, 'again s'],
    [
      'of another plan during such a trial',
      [held('s', 'trialing', { awaitsSetup: true, ...other })],
      {},
      'ALREADY_SUBSCRIBED s',
    ],
    ...['active', 'trialing', 'past_due', 'unpaid', 'paused', 'a_status_of_next_year'].map(
      (status): [string, HeldSubscription[], Partial<StartWish>, string] => [
        `beside one that is ${status}`,
        [held('t', 'incomplete', { created: 9 }), held('s', status)],
        {},
        'ALREADY_SUBSCRIBED s',
      ],
    ),
  ])('%s', (_, subscriptions, wanted, expected) => {
    expect(ruled(subscriptions, wanted)).toBe(expected);
  });
});

it('whatever is held: a start never stands beside another subscription of the group', () => {
  const status = fc.constantFrom('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled');
  const group = fc.constantFrom('default', 'addons', null);
  const items = fc.constantFrom(held('', '').items, other.items);
  const anyHeld = fc.record({ status, group, items, awaitsSetup: fc.boolean(), created: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(anyHeld, { maxLength: 5 }), (list) => {
      const subscriptions = list.map((each, i) => held(`s${i}`, each.status, each));
      const ruling = mayStart(wish, subscriptions);
      const inGroup = subscriptions.filter(
        (s) => s.group === 'default' && !['canceled', 'incomplete_expired'].includes(s.status),
      );
      if ('refused' in ruling) {
        expect(inGroup.some((s) => s.id === ruling.subscriptionId && s.status !== 'incomplete')).toBe(true);
      } else {
        const left = inGroup.filter(({ id }) => !ruling.withdraw.includes(id)).map(({ id }) => id);
        expect(left).toEqual(ruling.again === null ? [] : [ruling.again]);
        for (const id of ruling.withdraw) expect(subscriptions.find((s) => s.id === id)?.status).toBe('incomplete');
      }
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancelStep, keepStep } from '../../src/access/cancellation.js';
import {
  type ChangeableItem,
  type ChangeableSubscription,
  type ItemChange,
  itemsAfterChange,
  planChangeRefusal,
} from '../../src/access/plan-change.js';
import type { PlanChoice } from '../../src/access/plan-choice.js';

const item = (id: string, priceId: string, more: Partial<ChangeableItem> = {}): ChangeableItem => ({
  id,
  priceId,
  productId: 'prod_scale',
  usageType: 'licensed',
  group: 'default',
  quantity: 1,
  ...more,
});
const metered = { usageType: 'metered', quantity: null };
const subscription = (items: ChangeableItem[], more: Partial<ChangeableSubscription> = {}): ChangeableSubscription => ({
  id: 'sub_1',
  status: 'active',
  collectionMethod: 'charge_automatically',
  scheduleId: null,
  latestInvoiceId: 'in_1',
  currency: 'usd',
  items,
  ...more,
});
const choice = (priceId: string, companions: string[] = [], quantity: number | null = 1, group = 'default') =>
  ({
    plan: { group },
    price: { id: priceId },
    companions: companions.map((id) => ({ id })),
    quantity,
    currency: 'usd',
  }) as PlanChoice;

const addOn = item('si_addon', 'p_addon', { productId: 'prod_addon', group: null });

describe('the items of a change', () => {
  it.each<[string, ChangeableItem[], PlanChoice, ItemChange[] | string]>([
    ['replace the base item', [item('si_1', 'p_old')], choice('p_new'), [{ id: 'si_1', price: 'p_new', quantity: 1 }]],
    ['carry the seats', [item('si_1', 'p_old')], choice('p_old', [], 5), [{ id: 'si_1', price: 'p_old', quantity: 5 }]],
    [
      'remove the old plan’s companions and add the new one’s',
      [item('si_1', 'p_old'), item('si_2', 'u_old', metered)],
      choice('p_new', ['u_new']),
      [{ id: 'si_1', price: 'p_new', quantity: 1 }, { id: 'si_2', deleted: true }, { price: 'u_new' }],
    ],
    [
      'leave a companion that both have',
      [item('si_1', 'p_old'), item('si_2', 'u', metered)],
      choice('p_new', ['u']),
      [{ id: 'si_1', price: 'p_new', quantity: 1 }],
    ],
    [
      'leave other items alone, whatever their place',
      [
        addOn,
        item('si_1', 'p_old'),
        item('si_m', 'u_other', { ...metered, productId: 'prod_other', group: 'default' }),
      ],
      choice('p_new'),
      [{ id: 'si_1', price: 'p_new', quantity: 1 }],
    ],
    [
      'to a price by use have no quantity',
      [item('si_1', 'p_old')],
      choice('p_use', [], null),
      [{ id: 'si_1', price: 'p_use' }],
    ],
    ['are none where nothing changes', [item('si_1', 'p_old')], choice('p_old'), 'NO_CHANGE'],
    ['are refused across groups', [item('si_1', 'p_old')], choice('p_new', [], 1, 'addons'), 'CHANGE_NOT_SUPPORTED'],
    ['are refused without items', [], choice('p_new'), 'CHANGE_NOT_SUPPORTED'],
  ])('%s', (_, items, wanted, expected) => {
    const ruling = itemsAfterChange(subscription(items), wanted);
    expect(Array.isArray(ruling) ? ruling : ruling.refused).toEqual(expected);
  });

  it('whatever the items: applied, they leave the chosen price, its companions and everything foreign, once each', () => {
    const foreign = fc.subarray([addOn, item('si_x', 'p_x', { productId: 'prod_x', group: null, ...metered })]);
    const old = fc.subarray(['u1', 'u2', 'u3']);
    const wanted = fc.subarray(['u2', 'u3', 'u4']);
    fc.assert(
      fc.property(foreign, old, wanted, fc.nat(3), (others, had, companions, at) => {
        const items = [...others, ...had.map((price, i) => item(`si_u${i}`, price, metered))];
        items.splice(Math.min(at, items.length), 0, item('si_base', 'p_old'));
        const changes = itemsAfterChange(subscription(items), choice('p_new', companions));
        expect(Array.isArray(changes)).toBe(true);
        const after = new Map(items.map(({ id, priceId }) => [id, priceId]));
        for (const [i, change] of (changes as ItemChange[]).entries()) {
          if (change.deleted) after.delete(change.id ?? '');
          else after.set(change.id ?? `new${i}`, change.price ?? '');
        }
        expect([...after.values()].sort()).toEqual(['p_new', ...companions, ...others.map((o) => o.priceId)].sort());
      }),
    );
  });
});

describe('a change of plan', () => {
  it.each<[string, Partial<ChangeableSubscription>, string | null]>([
    ['of an active subscription', {}, null],
    ['during a trial', { status: 'trialing' }, null],
    ['after its end', { status: 'canceled' }, 'ALREADY_ENDED'],
    ['of one never paid', { status: 'incomplete' }, 'CHANGE_NOT_SUPPORTED'],
    ['with a bill unpaid', { status: 'past_due' }, 'INVOICE_UNPAID'],
    ['with bills given up', { status: 'unpaid' }, 'INVOICE_UNPAID'],
    ['while paused', { status: 'paused' }, 'CHANGE_NOT_SUPPORTED'],
    ['of one paid by invoice', { collectionMethod: 'send_invoice' }, 'CHANGE_NOT_SUPPORTED'],
    ['of one with a schedule', { scheduleId: 'sub_sched_1' }, 'CHANGE_PENDING'],
  ])('%s', (_, more, expected) => {
    expect(planChangeRefusal(subscription([], more))?.refused ?? null).toBe(expected);
  });

  it('names the invoice that waits', () => {
    expect(planChangeRefusal(subscription([], { status: 'past_due' }))?.invoiceId).toBe('in_1');
  });
});

describe('a cancellation', () => {
  const as = (status: string, more = {}) => ({
    id: 'sub_1',
    status,
    cancelAtPeriodEnd: false,
    cancelAt: null,
    scheduleId: null,
    ...more,
  });
  const code = (ruling: unknown) => (typeof ruling === 'string' ? ruling : (ruling as { refused: string }).refused);

  it.each([
    ['active', {}, 'AT_PERIOD_END', 'at_period_end'],
    ['active', {}, 'NOW', 'now'],
    ['active', { cancelAtPeriodEnd: true }, 'AT_PERIOD_END', 'none'],
    ['active', { cancelAtPeriodEnd: true }, 'NOW', 'now'],
    ['active', { scheduleId: 'sub_sched_1' }, 'AT_PERIOD_END', 'CHANGE_PENDING'],
    ['incomplete', {}, 'AT_PERIOD_END', 'now'],
    ['canceled', {}, 'NOW', 'ALREADY_ENDED'],
    ['incomplete_expired', {}, 'AT_PERIOD_END', 'ALREADY_ENDED'],
  ] as const)('of one that is %s %j, %s: %s', (status, more, timing, expected) => {
    expect(code(cancelStep(as(status, more), timing))).toBe(expected);
  });

  it.each([
    ['by the flag', { cancelAtPeriodEnd: true, cancelAt: 5 }, 'clear_flag'],
    ['by a date, as the portal does', { cancelAt: 5 }, 'clear_date'],
    ['not at all', {}, 'NOTHING_PENDING'],
  ])('scheduled %s is taken back', (_, more, expected) => {
    expect(code(keepStep(as('active', more)))).toBe(expected);
  });

  it('is not taken back once it has ended', () => {
    expect(code(keepStep(as('canceled', { cancelAtPeriodEnd: true })))).toBe('ALREADY_ENDED');
  });
});

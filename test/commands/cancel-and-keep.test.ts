import { describe, expect, it } from 'vitest';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();
const world = await createCommandWorld(db);
const { commands } = world;
const { sdk } = world.stripe;
type Who = ReturnType<typeof viewer>;
const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);
const cancel = (who: Who, id: string, input: object = {}) =>
  commands.cancelSubscription({ viewer: who, subscriptionId: id, input });
const keep = (who: Who, id: string) => commands.keepSubscription({ viewer: who, subscriptionId: id });
const mirrored = async (id: string) =>
  (
    await db.sql<{ status: string; flag: boolean; at: number | null }[]>`
    select status, cancel_at_period_end as flag, cancel_at as at from stripe_subscriptions where id = ${id}`
  )[0];

async function subscribed(name: string): Promise<[Who, string]> {
  const who = viewer(name);
  const input = { planKey: 'starter', interval: 'MONTH' };
  const { nextAction, subscriptionId } = await commands.startSubscription({ viewer: who, input });
  await world.confirm(nextAction?.intentId, 'pm_card_visa');
  return [who, subscriptionId ?? ''];
}

describe('a cancellation', () => {
  it('at the end of the period is mirrored at once, with its reason, and taken back', async () => {
    const [who, id] = await subscribed('user_leaves');
    const result = await cancel(who, id, { feedback: 'TOO_EXPENSIVE', comment: 'Back in spring.' });
    expect(result).toEqual({ subscriptionId: id, nextAction: null, refusals: [] });
    expect(await mirrored(id)).toMatchObject({ status: 'active', flag: true });
    expect((await sdk.subscriptions.retrieve(id)).cancellation_details).toMatchObject({
      feedback: 'too_expensive',
      comment: 'Back in spring.',
    });
    expect(codes(await cancel(who, id))).toEqual([]);

    expect(codes(await keep(who, id))).toEqual([]);
    expect(await mirrored(id)).toEqual({ status: 'active', flag: false, at: null });
    expect(codes(await keep(who, id))).toEqual(['NOTHING_PENDING']);
  });

  it('set as a date, as the portal does, is taken back too', async () => {
    const [who, id] = await subscribed('user_portal');
    await sdk.subscriptions.update(id, { cancel_at: world.now() + 5 * 86_400 });
    expect(codes(await keep(who, id))).toEqual([]);
    expect((await sdk.subscriptions.retrieve(id)).cancel_at).toBeNull();
  });

  it('now ends it at once, and for good', async () => {
    const [who, id] = await subscribed('user_gone');
    expect(codes(await cancel(who, id, { timing: 'NOW', feedback: 'UNUSED' }))).toEqual([]);
    expect((await mirrored(id))?.status).toBe('canceled');
    expect(codes(await cancel(who, id))).toEqual(['ALREADY_ENDED']);
    expect(codes(await keep(who, id))).toEqual(['ALREADY_ENDED']);
  });

  it('of a start that was never paid withdraws it', async () => {
    const who = viewer('user_changed_mind');
    const input = { planKey: 'starter', interval: 'MONTH' };
    const { subscriptionId } = await commands.startSubscription({ viewer: who, input });
    expect(codes(await cancel(who, subscriptionId ?? ''))).toEqual([]);
    expect((await mirrored(subscriptionId ?? ''))?.status).toMatch(/canceled|incomplete_expired/);
  });

  it('is refused for foreign and unknown ids, and too long a comment', async () => {
    const [who, id] = await subscribed('user_safe');
    for (const attempt of [cancel(viewer('user_thief'), id), cancel(who, 'sub_none'), keep(viewer('user_thief'), id)]) {
      expect((await attempt).refusals).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
    }
    expect(codes(await cancel(who, id, { comment: 'x'.repeat(5001) }))).toEqual(['INPUT_INVALID']);
    expect(codes(await cancel(who, id, { comment: 'a\0b' }))).toEqual(['INPUT_INVALID']);
    expect(await mirrored(id)).toMatchObject({ flag: false });
  });

  it('is an operator’s to command for anybody', async () => {
    const [, id] = await subscribed('user_helped');
    expect(codes(await cancel(viewer('operator', { role: 'admin' }), id))).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import {
  cardFingerprint,
  chargeOutcome,
  setupOutcome,
  type TestCard,
  testCardByFingerprint,
  testCardByNumber,
  testCardByToken,
} from '../../src/billing/payments/test-cards.js';

const present = { offSession: false, authenticated: false, setUp: false };
const absent = { ...present, offSession: true };

function card(number: string): TestCard {
  const found = testCardByNumber(number);
  if (!found) throw new Error(`no test card ${number}`);
  return found;
}

describe('a charge', () => {
  test.each([
    ['4242424242424242', 'succeeded', undefined],
    ['4000000000000002', 'declined', 'generic_decline'],
    ['4000000000009995', 'declined', 'insufficient_funds'],
    ['4000000000009987', 'declined', 'lost_card'],
    ['4000000000000069', 'declined', 'expired_card'],
    ['4000000000000127', 'declined', 'incorrect_cvc'],
    ['4000000000000341', 'declined', 'generic_decline'],
    ['4000002760003184', 'requires_action', undefined],
    ['4000000000003055', 'succeeded', undefined],
  ])('of %s: %s %s', (number, kind, decline_code) => {
    const outcome = chargeOutcome(card(number), present);
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'declined') expect(outcome.decline.decline_code).toBe(decline_code);
  });

  test('after authentication may still be declined', () => {
    const outcome = chargeOutcome(card('4000008260003178'), { ...present, authenticated: true });
    expect(outcome).toMatchObject({ kind: 'declined', decline: { decline_code: 'insufficient_funds' } });
  });

  test('of a card that wants authentication until it is set up', () => {
    const once = card('4000002500003155');
    expect(chargeOutcome(once, absent).kind).toBe('requires_action');
    expect(chargeOutcome(once, { ...absent, setUp: true }).kind).toBe('succeeded');
    expect(chargeOutcome(once, { ...present, setUp: true }).kind).toBe('succeeded');
  });

  test('of a card that was set up before: authentication only while the person is there', () => {
    const known = card('4000003800000446');
    expect(chargeOutcome(known, absent).kind).toBe('succeeded');
    expect(chargeOutcome(known, present).kind).toBe('requires_action');
  });
});

test('a card that fails only at charge can be saved; one that declines cannot', () => {
  expect(setupOutcome(card('4000000000000341'), { authenticated: false, setUp: false }).kind).toBe('succeeded');
  expect(setupOutcome(card('4000000000000002'), { authenticated: false, setUp: false }).kind).toBe('declined');
  expect(card('4000000000000341').attachDecline).toBeUndefined();
  expect(card('4000000000009995').attachDecline).toBeDefined();
});

test('a card is found by number, by either kind of token and by the fingerprint that is stored', () => {
  const visa = card('4242 4242-4242 4242');
  expect(testCardByToken('pm_card_visa')).toBe(visa);
  expect(testCardByToken('tok_visa')).toBe(visa);
  expect(testCardByFingerprint(cardFingerprint(visa.number))).toBe(visa);
  expect(testCardByNumber('4111111111111111')).toBeUndefined();
  expect(testCardByFingerprint(null)).toBeUndefined();
});

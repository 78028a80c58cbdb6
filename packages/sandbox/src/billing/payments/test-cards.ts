import { createHash } from 'node:crypto';
import type { Decline } from './declines.js';
import { TEST_CARDS, type TestCard } from './test-card-table.js';

export type { TestCard } from './test-card-table.js';

export interface Circumstances {
  /** The person is not there to authenticate (renewals). */
  offSession: boolean;
  /** The person has just authenticated. */
  authenticated: boolean;
  /** The card was set up for payments without the person. */
  setUp: boolean;
  /** A security code was entered; by default it was. */
  cvcGiven?: boolean;
}

export type ChargeOutcome =
  | { kind: 'succeeded' }
  | { kind: 'requires_action' }
  | { kind: 'declined'; decline: Decline };

const BY_NUMBER = new Map(TEST_CARDS.map((card) => [card.number, card]));
const BY_TOKEN = new Map(TEST_CARDS.flatMap((card) => card.tokens.map((token) => [token, card])));
const BY_FINGERPRINT = new Map(TEST_CARDS.map((card) => [cardFingerprint(card.number), card]));

/** Ignores spaces and dashes. Undefined for anything but a test number: see `NOT_A_TEST_CARD`. */
export function testCardByNumber(number: string): TestCard | undefined {
  return BY_NUMBER.get(number.replace(/[\s-]/g, ''));
}

/** @param token e.g. `pm_card_visa`; also the older `tok_visa` form. */
export function testCardByToken(token: string): TestCard | undefined {
  return BY_TOKEN.get(token.replace(/^tok_/, 'pm_card_'));
}

/** The fingerprint that a payment method's `card` carries: the same for every payment method of one number. */
export function cardFingerprint(number: string): string {
  return createHash('sha256').update(`card:${number}`).digest('base64url').replace(/[-_]/g, 'x').slice(0, 16);
}

/** The card behind a stored payment method, which keeps no number. */
export function testCardByFingerprint(fingerprint: string | null | undefined): TestCard | undefined {
  return BY_FINGERPRINT.get(fingerprint ?? '');
}

/** What the issuer says to a charge. */
export function chargeOutcome(card: TestCard, circumstances: Circumstances): ChargeOutcome {
  if (needsAuthentication(card, circumstances)) return { kind: 'requires_action' };
  const decline = refusal(card, card.chargeDecline, circumstances.cvcGiven);
  return decline ? { kind: 'declined', decline } : { kind: 'succeeded' };
}

/** What the issuer says when the card is set up for later payments (a SetupIntent). The person is present. */
export function setupOutcome(card: TestCard, circumstances: Omit<Circumstances, 'offSession'>): ChargeOutcome {
  const decline = attachRefusal(card, circumstances.cvcGiven);
  if (decline) return { kind: 'declined', decline };
  return needsAuthentication(card, { ...circumstances, offSession: false })
    ? { kind: 'requires_action' }
    : { kind: 'succeeded' };
}

/** What the issuer says when the card is saved for a customer; undefined when it agrees. */
export function attachRefusal(card: TestCard, cvcGiven = true): Decline | undefined {
  return refusal(card, card.attachDecline, cvcGiven);
}

/** Without a security code there is no check of it that could fail. */
function refusal(card: TestCard, decline: Decline | undefined, cvcGiven = true): Decline | undefined {
  return card.onlyWithCvc && !cvcGiven ? undefined : decline;
}

function needsAuthentication(card: TestCard, { offSession, authenticated, setUp }: Circumstances): boolean {
  if (authenticated) return false;
  if (card.authentication === 'on_session') return !offSession;
  return card.authentication === 'always' || (card.authentication === 'unless_set_up' && !setUp);
}

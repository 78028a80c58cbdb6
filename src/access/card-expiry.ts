/** How long before a card's expiry we begin to speak of it. */
const NOTICE_SECONDS = 30 * 86_400;

/** A card is good to the end of its month, in UTC. Seconds; null for methods without an expiry. */
export function cardExpiresAt(method: { expMonth: number | null; expYear: number | null }): number | null {
  if (method.expMonth === null || method.expYear === null) return null;
  return Date.UTC(method.expYear, method.expMonth, 1) / 1000;
}

/** From when on a card counts as expiring soon. Seconds. */
export function cardExpiresSoonFrom(expiresAt: number): number {
  return expiresAt - NOTICE_SECONDS;
}

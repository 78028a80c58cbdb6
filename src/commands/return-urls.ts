import { isAllowedOrigin, type OriginRule } from '../config/origins.js';
import { BillingRefusal } from '../errors.js';

/** Refuses addresses that lead to an origin which is not allowed: after paying, people trust where they land. */
export function refuseForeignUrls(rule: OriginRule, urls: Record<string, string | null | undefined>): void {
  for (const [field, url] of Object.entries(urls)) {
    if (url == null || isAllowedOrigin(rule, originOf(url))) continue;
    const message = `${field} leads to ${originOf(url) || 'nowhere'}, which is not among the allowed origins (ALLOWED_ORIGINS, RETURN_URL_ORIGINS).`;
    throw new BillingRefusal('RETURN_URL_REFUSED', message, { field: ['input', field] });
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

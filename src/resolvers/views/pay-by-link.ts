import { mayCommand } from '../../auth/permit.js';
import type { Viewer } from '../../auth/viewer.js';
import type { LoadedInvoice } from '../../db/reads/rows.js';
import type { NextAction } from '../../schema/next-action.js';

export const payReads = ['status', 'amountRemaining', 'hostedInvoiceUrl'] as const;

/**
 * What makes an open invoice paid without a secret: Stripe's own page for it, which asks for whatever is missing.
 * Null without permission to command; whoever is no operator sees invoices of the own account only.
 */
export function payByLink(
  viewer: Viewer | null,
  invoice: Pick<LoadedInvoice, (typeof payReads)[number]> | null,
): NextAction | null {
  if (!viewer || !invoice || !mayCommand(viewer, viewer.owner)) return null;
  if (invoice.status !== 'open' || invoice.amountRemaining <= 0 || invoice.hostedInvoiceUrl === null) return null;
  return { kind: 'REDIRECT', url: invoice.hostedInvoiceUrl };
}

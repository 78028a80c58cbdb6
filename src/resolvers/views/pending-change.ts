import { baseItem } from '../../access/base-item.js';
import type { LoadedSubscription } from '../../db/reads/rows.js';
import type { PendingChange } from '../../schema/billing-subscription.js';

/** As far as we read Stripe's `pending_update`: what takes effect once its invoice is paid. */
interface PendingUpdate {
  expires_at: number;
  subscription_items?:
    | { id: string; quantity?: number; price: { id: string; product: string | { id: string } } }[]
    | null;
}

export class PendingChangeView implements PendingChange {
  readonly kind = 'AWAITING_PAYMENT';
  readonly #update: PendingUpdate;

  constructor(readonly row: Pick<LoadedSubscription, 'pendingUpdate' | 'items' | 'latestInvoice'>) {
    this.#update = row.pendingUpdate as unknown as PendingUpdate;
  }

  get effectiveAt() {
    return this.#update.expires_at;
  }
  get productId(): string | null {
    const product = this.#item?.price.product;
    return (typeof product === 'object' ? product.id : product) ?? null;
  }
  get priceId(): string | null {
    return this.#item?.price.id ?? null;
  }
  get seats(): number | null {
    return this.#item?.quantity ?? null;
  }
  // The pending item that replaces the base item; a plan with another number of items has new ids, then the first.
  get #item() {
    const pending = this.#update.subscription_items ?? [];
    const base = baseItem(this.row.items);
    return pending.find(({ id }) => id === base?.id) ?? pending[0];
  }
}

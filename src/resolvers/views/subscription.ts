import { allowedActions } from '../../access/allowed-actions.js';
import { baseItem } from '../../access/base-item.js';
import { endsAt } from '../../access/subscription-end.js';
import type { LoadedItem, LoadedSubscription } from '../../db/reads/rows.js';
import {
  type BillingSubscription,
  type BillingSubscriptionItem,
  BillingSubscriptionStatus,
} from '../../schema/billing-subscription.js';
import { fromStripe } from '../../schema/enum.js';
import { discountOf } from './discount.js';
import { payReads } from './pay-by-link.js';
import { PendingChangeView } from './pending-change.js';

export class SubscriptionView implements BillingSubscription {
  readonly __typename = 'BillingSubscription';
  constructor(readonly row: LoadedSubscription) {}

  get id() {
    return this.row.id;
  }
  get status() {
    return fromStripe(BillingSubscriptionStatus, this.row.status);
  }
  get stripeStatus() {
    return this.row.status;
  }
  get startedAt() {
    return this.row.startDate;
  }
  /** The item that stands for the plan. */
  get base(): LoadedItem | null {
    return baseItem(this.row.items);
  }
  get seats() {
    const quantity = this.base?.quantity;
    return quantity == null ? null : Number(quantity);
  }
  get currentPeriodStart() {
    return this.base?.currentPeriodStart ?? null;
  }
  get currentPeriodEnd() {
    return this.base?.currentPeriodEnd ?? null;
  }
  get trialEndsAt() {
    return this.row.trialEnd;
  }
  get endsAt() {
    return endsAt(this.row);
  }
  get canceledAt() {
    return this.row.canceledAt;
  }
  get collectionPaused() {
    return this.row.pauseCollection !== null;
  }
  get pendingChange() {
    return this.row.pendingUpdate ? new PendingChangeView(this.row) : null;
  }
  get discount() {
    return discountOf(this.row.discounts);
  }
  get allowedActions() {
    return allowedActions(this.row);
  }
}

const base = ['items.id', 'items.usageType', 'items.group'];
export const subscriptionReads = {
  id: ['id'],
  status: ['status'],
  stripeStatus: ['status'],
  startedAt: ['startDate'],
  plan: [...base, 'items.productId'],
  price: [...base, 'items.priceId'],
  seats: [...base, 'items.quantity'],
  currentPeriodStart: [...base, 'items.currentPeriodStart'],
  currentPeriodEnd: [...base, 'items.currentPeriodEnd'],
  trialEndsAt: ['trialEnd'],
  endsAt: ['endedAt', 'cancelAt', 'cancelAtPeriodEnd', 'items.currentPeriodEnd'],
  canceledAt: ['canceledAt'],
  collectionPaused: ['pauseCollection'],
  pendingChange: ['pendingUpdate', ...base, ...payReads.map((column) => `latestInvoice.${column}`)],
  discount: ['discounts'],
  allowedActions: [
    ...['id', 'status', 'cancelAt', 'cancelAtPeriodEnd', 'scheduleId', 'collectionMethod', 'latestInvoiceId'],
  ],
};

export class SubscriptionItemView implements BillingSubscriptionItem {
  constructor(readonly row: LoadedItem) {}

  get id() {
    return this.row.id;
  }
  get quantity() {
    return this.row.quantity;
  }
}

export const subscriptionItemReads = {
  id: ['id'],
  quantity: ['quantity'],
  plan: ['productId'],
  price: ['priceId'],
};

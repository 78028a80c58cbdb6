import { cardExpiresAt, cardExpiresSoonFrom } from '../../access/card-expiry.js';
import type { LoadedPaymentMethod } from '../../db/reads/rows.js';
import type { PaymentMethod } from '../../schema/payment-method.js';

export class PaymentMethodView implements PaymentMethod {
  readonly __typename = 'PaymentMethod';
  constructor(readonly row: LoadedPaymentMethod) {}

  get id() {
    return this.row.id;
  }
  get type() {
    return this.row.type;
  }
  get brand() {
    return this.row.brand;
  }
  get last4() {
    return this.row.last4;
  }
  get expMonth() {
    return this.row.expMonth;
  }
  get expYear() {
    return this.row.expYear;
  }
  get isDefault() {
    return this.row.isDefault;
  }
  get expiresSoon() {
    const expiresAt = cardExpiresAt(this.row);
    return expiresAt !== null && cardExpiresSoonFrom(expiresAt) <= this.row.stripeNow;
  }
}

export const paymentMethodReads = {
  id: ['id'],
  type: ['type'],
  brand: ['brand'],
  last4: ['last4'],
  expMonth: ['expMonth'],
  expYear: ['expYear'],
  isDefault: ['isDefault'],
  expiresSoon: ['expMonth', 'expYear', 'stripeNow'],
};

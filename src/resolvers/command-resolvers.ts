import { AccountCommands } from './account-commands.js';
import { CheckoutCommands } from './checkout-commands.js';
import {
  AlreadySubscribedRelations,
  BillingAccountPayloadRelations,
  InvoiceUnpaidRelations,
  SubscriptionPayloadRelations,
} from './payload-relations.js';
import { SubscriptionCommands } from './subscription-commands.js';

/** Everything of the schema that commands need. */
export const commandResolvers = [
  AccountCommands,
  CheckoutCommands,
  SubscriptionCommands,
  AlreadySubscribedRelations,
  BillingAccountPayloadRelations,
  InvoiceUnpaidRelations,
  SubscriptionPayloadRelations,
] as const;

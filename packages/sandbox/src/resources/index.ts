import type { ResourceModule } from '../http/route.js';
import { customers } from './customers.js';
import { paymentMethods } from './payment-methods.js';

/** Every object that the sandbox offers, one file each. */
export const RESOURCES: readonly ResourceModule[] = [customers, paymentMethods];

import type { Entries } from '../cards/card-entry.js';
import type { PostalAddress } from '../postal-address.js';
import type { Payer } from './checkout-payer.js';

/** What the form held when it was sent, the card left out: nobody types it all again because a bank said no. */
export function entriesOfPayer(payer: Payer): Entries {
  const { email, name, phone, business_name, individual_name, tax_id, shipping } = payer;
  return given({
    email,
    name,
    phone,
    business_name,
    individual_name,
    tax_id,
    ...prefixed('', payer.address),
    ...(shipping && { shipping_name: shipping.name, ...prefixed('shipping_', shipping.address) }),
    ...Object.fromEntries(Object.entries(payer.custom).map(([key, value]) => [`custom_${key}`, value])),
    promotions: payer.promotions ? 'yes' : null,
    save: payer.save ? 'yes' : null,
  });
}

function prefixed(prefix: string, address: PostalAddress | null): Record<string, string | null> {
  return Object.fromEntries(Object.entries(address ?? {}).map(([name, value]) => [prefix + name, value]));
}

function given(values: Record<string, string | null>): Entries {
  return Object.fromEntries(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== null));
}

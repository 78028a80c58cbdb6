type Hash = Record<string, unknown>;

/** Whether a Payment Element was told to leave a billing field (`country`, `postalCode`, `name`) to the shop's own form. */
export function leavesOut(options: Hash, name: string): boolean {
  return settingOf(options, name) === 'never';
}

/** Whether a field is asked for that a card payment does not need. */
export function asksFor(options: Hash, name: string): boolean {
  return settingOf(options, name) === 'always';
}

function settingOf({ fields }: Hash, name: string): unknown {
  const details = (fields as Hash | undefined)?.billingDetails;
  if (!isHash(details)) return details;
  if (name === 'name') return details.name;
  return isHash(details.address) ? details.address[name] : details.address;
}

const isHash = (value: unknown): value is Hash => typeof value === 'object' && value !== null;

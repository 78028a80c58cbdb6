/** A rule's no. `refused` is one of the contract's `BillingErrorCode`s; `field` is relative to the command's input. */
export interface Refused {
  refused: string;
  message: string;
  field: readonly string[] | null;
  /** What the refusal is about, where the code carries one. */
  subscriptionId?: string;
  invoiceId?: string;
}

export function refuse(
  code: string,
  message: string,
  more: { field?: string | readonly string[]; subscriptionId?: string; invoiceId?: string } = {},
): Refused {
  const { field = null, ...about } = more;
  return { refused: code, message, field: typeof field === 'string' ? [field] : field, ...about };
}

export function isRefused<T>(ruling: T | Refused): ruling is Refused {
  return typeof ruling === 'object' && ruling !== null && 'refused' in ruling;
}

import type { Stripe } from 'stripe';
import type { Tx } from '../db/connect.js';
import type { MirrorRow, MirrorTable } from '../db/mirror-rows.js';

/** Any object of Stripe's that has an id. */
export interface StripeObject {
  id: string;
  object: string;
}

/** One request of a read; a read of one object may need several (pages of a list). */
export type Ask = <T>(request: (sdk: Stripe) => Promise<Stripe.Response<T>>) => Promise<T>;

export type ObjectType =
  | 'product'
  | 'price'
  | 'customer'
  | 'subscription'
  | 'invoice'
  | 'payment_method'
  | 'checkout.session'
  | 'test_helpers.test_clock';

/** How one Stripe object is mirrored. Every object has exactly this record, and `projectors/index.ts` lists them all. */
export interface ProjectorOf<P extends StripeObject, Row extends MirrorRow> {
  /** Stripe's `object`. */
  type: ObjectType;
  table: MirrorTable;
  /** Events whose object this is. */
  eventTypes: readonly string[];
  /** Those of them after which the object is gone. */
  goneTypes: readonly string[];
  /** Whether Stripe can delete such objects: only then may a 404 become a tombstone. */
  deletable: boolean;
  /** Reads the object with every part that `complete` asks for. Null: Stripe says that it was deleted. */
  fetch(ask: Ask, id: string): Promise<P | null>;
  /** Whether a payload has every part that the row needs; what is not complete is read. */
  complete(payload: P): boolean;
  /** Embedded objects that have no row of their own and are kept; every other becomes its id. */
  owned: readonly string[];
  /** Top-level parts never stored: secrets, and links that are as good as one. */
  stripped: readonly string[];
  /** Top-level parts that a complete payload may lack: then what is stored stays. */
  optional: readonly string[];
  /** Top-level parts that change without an event; two states that differ only here are the same. */
  volatile: readonly string[];
  /** The typed columns. An `undefined` one keeps what is stored. */
  row(payload: P): Partial<Omit<Row, keyof MirrorRow>>;
  customerOf(payload: P): string | null;
  /** Rows of its own that are written as a whole with it. */
  writeChildren?(tx: Tx, payloads: readonly P[]): Promise<void>;
}

/** A projector as the door sees it: payloads are whatever Stripe sent. */
export type Projector = ProjectorOf<StripeObject, MirrorRow>;

/** The one place where a projector's own types are let go: it is only ever given objects of its type. */
export function projector<P extends StripeObject, Row extends MirrorRow>(record: ProjectorOf<P, Row>): Projector {
  return record as unknown as Projector;
}

/** The id of an object that Stripe sends as an id or expanded. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  return typeof reference === 'string' ? reference : reference.id;
}

/** Stripe's decimals are objects in answers and strings in events. */
export function decimalText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** A whole number from metadata, where merchants write what they like. */
export function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null;
}

import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, oneOf, type ParamsOf, required, str, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, PAGE, page, retrieveRoute } from '../../http/standard-routes.js';
import { usageOf } from './meter-events.js';

type Meter = StripeObjects['billing.meter'];

const kind: Kind<'billing.meter'> = {
  object: 'billing.meter',
  prefix: 'mtr',
  noun: 'billing meter',
  indexes: { event_name: ({ event_name }) => event_name },
};

const creatable = {
  customer_mapping: hash({ event_payload_key: required(str(100)), type: required(oneOf('by_id')) }),
  default_aggregation: required(hash({ formula: required(oneOf('count', 'last', 'sum')) })),
  display_name: required(str(250)),
  event_name: required(str(100)),
  event_time_window: oneOf('day', 'hour'),
  value_settings: hash({ event_payload_key: required(str(100)) }),
};

/** @throws 400 for an event name that an active meter listens to */
export function createMeter(
  tx: Transaction,
  params: ParamsOf<typeof creatable>,
  id = tx.newId('billing.meter'),
): Meter {
  if (tx.where('billing.meter', 'event_name', params.event_name).some(({ status }) => status === 'active')) {
    throw invalidRequest(`An active meter with the event name '${params.event_name}' already exists.`, {
      param: 'event_name',
    });
  }
  const meter = tx.put('billing.meter', {
    id,
    object: 'billing.meter',
    created: tx.now(),
    customer_mapping: params.customer_mapping ?? { event_payload_key: 'stripe_customer_id', type: 'by_id' },
    default_aggregation: params.default_aggregation,
    display_name: params.display_name,
    event_name: params.event_name,
    event_time_window: params.event_time_window ?? null,
    livemode: false,
    status: 'active',
    status_transitions: { deactivated_at: null },
    updated: tx.now(),
    value_settings: params.value_settings ?? { event_payload_key: 'value' },
  });
  tx.emit('billing.meter.created', meter);
  return meter;
}

const WINDOW_SECONDS = { hour: 3600, day: 86_400 };

/** One summary for the whole range, or one for each hour or day in it that has usage, newest first. */
function summaries(
  tx: Transaction,
  meter: Meter,
  { customer, start_time, end_time, value_grouping_window: window }: SummaryParams,
) {
  const step = window ? WINDOW_SECONDS[window] : undefined;
  const aligned = step ?? 60;
  for (const [name, value] of Object.entries({ start_time, end_time })) {
    if (value % aligned === 0) continue;
    throw invalidRequest(`${name} must align with ${window ?? 'minute'} boundaries.`, { param: name });
  }
  if (end_time <= start_time) throw invalidRequest('end_time must be after start_time.', { param: 'end_time' });
  const found = [];
  for (let from = start_time; from < end_time; from += step ?? end_time - start_time) {
    const until = step ? from + step : end_time;
    const usage = usageOf(tx, meter, customer, from, until);
    if (usage.events === 0 && step) continue;
    found.unshift({
      id: `mtrusg_test_${meter.id.slice(4)}_${customer.slice(4)}_${from}_${until}`,
      object: 'billing.meter_event_summary',
      aggregated_value: usage.value,
      end_time: until,
      livemode: false,
      meter: meter.id,
      start_time: from,
    });
  }
  return found;
}

const summaryParams = {
  customer: required(str()),
  end_time: required(time()),
  start_time: required(time()),
  value_grouping_window: oneOf('day', 'hour'),
};
type SummaryParams = ParamsOf<typeof summaryParams>;

function setStatus(tx: Transaction, id: string, status: 'active' | 'inactive'): Meter {
  const meter = tx.require('billing.meter', id);
  if (meter.status === status) throw invalidRequest(`The meter is already ${status}.`);
  const deactivated_at = status === 'inactive' ? tx.now() : null;
  const changed = tx.patch('billing.meter', id, { status, status_transitions: { deactivated_at }, updated: tx.now() });
  tx.emit(status === 'inactive' ? 'billing.meter.deactivated' : 'billing.meter.reactivated', changed);
  return changed;
}

export const meters: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/billing/meters', creatable, ({ tx, params }) => createMeter(tx, params)),
    retrieveRoute('GET /v1/billing/meters/:id', 'billing.meter'),
    route('POST /v1/billing/meters/:id', { display_name: str(250) }, ({ tx, params, ids }) => {
      const before = tx.require('billing.meter', ids.id as string);
      const meter = tx.patch('billing.meter', before.id, { ...params, updated: tx.now() });
      tx.emit('billing.meter.updated', meter);
      return meter;
    }),
    route('POST /v1/billing/meters/:id/deactivate', {}, ({ tx, ids }) => setStatus(tx, ids.id as string, 'inactive')),
    route('POST /v1/billing/meters/:id/reactivate', {}, ({ tx, ids }) => setStatus(tx, ids.id as string, 'active')),
    listRoute('GET /v1/billing/meters', 'billing.meter', { status: oneOf('active', 'inactive') }),
    route('GET /v1/billing/meters/:id/event_summaries', { ...PAGE, ...summaryParams }, ({ tx, params, ids, path }) => {
      const meter = tx.require('billing.meter', ids.id as string);
      tx.require('customer', params.customer, 'customer');
      return page(summaries(tx, meter, params), params, path, 'meter event summary');
    }),
  ],
};

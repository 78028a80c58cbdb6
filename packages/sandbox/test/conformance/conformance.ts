import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import qs from 'qs';
import { cachedSchemas } from './cached-schemas.js';
import { asForm, isObject, mapValues, withoutRequired } from './form-schema.js';
import type { JsonSchema, Route, SchemaBundle } from './stripe-schemas.js';

/** Whole objects, or the part of them that a page gets. */
type AnswerBase = 'wire' | 'page';

export interface Violation {
  /** JSON pointer into the checked value. */
  path: string;
  message: string;
}

/**
 * Where recorded answers of the real API differ from Stripe's own description (2025-10-29.clover, 2026-03-25.dahlia):
 * undocumented leftovers on the wire, one field that is never sent.
 */
const WIRE_DEVIATIONS: { def: RegExp; extra?: string[]; absent?: string[] }[] = [
  { def: /^Subscriptions:Subscription$/, extra: ['plan', 'quantity'] },
  { def: /^lib:ApiList</, extra: ['total_count'] },
  { def: /^InvoiceLineItems:InvoiceLineItem$/, absent: ['subscription'] },
  { def: /^Charges:Charge$/, extra: ['destination', 'dispute', 'order'] },
];

/** https://docs.stripe.com/api/errors; the embedded objects are checked as the resources that they are. */
const ERROR_TYPES = ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error', 'rate_limit_error'];
const ERROR_TEXTS =
  'advice_code charge code decline_code doc_url message network_advice_code network_decline_code param payment_method_type request_log_url type'.split(
    ' ',
  );
const ERROR_OBJECTS = ['payment_intent', 'payment_method', 'setup_intent', 'source'];

export class Conformance {
  readonly label: string;
  private readonly ajv: Ajv2020;
  private readonly routes: (Route & { pattern: RegExp })[];
  private readonly $defs: Record<string, JsonSchema>;
  private readonly events: Record<string, JsonSchema>;
  private readonly byObject = new Map<string, string[]>();
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(bundle: SchemaBundle) {
    this.label = `stripe ${bundle.sdk} at ${bundle.apiVersion}`;
    this.events = bundle.events;
    const wildcards = (r: Route) => r.path.split('{').length;
    this.routes = bundle.routes
      .map((r) => ({ ...r, pattern: new RegExp(`^${r.path.replace(/\{[^}]+\}/g, '([^/]+)')}$`) }))
      .sort((a, b) => wildcards(a) - wildcards(b));
    const $defs = withWireDeviations(bundle.$defs);
    this.$defs = $defs;
    this.ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      inlineRefs: false,
      validateFormats: false,
      logger: false,
    });
    this.ajv.addSchema({ $id: 'wire', $defs });
    this.ajv.addSchema({ $id: 'page', $defs: mapValues($defs, withoutRequired) });
    this.ajv.addSchema({ $id: 'form', $defs: mapValues($defs, asForm) });
    for (const [name, def] of Object.entries($defs)) this.indexByObject(name, def);
  }

  static ofInstalledSdk(): Conformance {
    return new Conformance(cachedSchemas());
  }

  /** Any resource, told by its `object`. */
  resource(value: unknown, base: AnswerBase = 'wire'): Violation[] {
    if (!isObject(value)) return [{ path: '/', message: 'not an object' }];
    if (value.object === 'event') return this.event(value);
    const key = `${value.deleted ? 'deleted ' : ''}${value.object}`;
    const results = (this.byObject.get(key) ?? []).map((name) =>
      this.validate(base, { $ref: `#/$defs/${name}` }, value),
    );
    const best = results.sort((a, b) => a.length - b.length)[0];
    return best ?? [{ path: '/object', message: `unknown object '${key}'` }];
  }

  /** @param raw the form body, or the query string of a GET or DELETE. */
  request(method: string, path: string, raw: string): Violation[] {
    const route = this.route(method, path);
    if (!route) return [{ path: '/', message: `no such route: ${method} ${path}` }];
    const params = qs.parse(raw, { depth: 20, arrayLimit: 1000, parameterLimit: 10_000 });
    return this.validate('form', asForm(route.params), params);
  }

  response(method: string, path: string, body: unknown, base: AnswerBase = 'wire'): Violation[] {
    const route = this.route(method, path);
    if (!route) return [{ path: '/', message: `no such route: ${method} ${path}` }];
    // The typings say Partial<T> of previous_attributes, yet the wire has null there for what did not exist before.
    if (route.path === '/v1/events/{id}') return this.event(body);
    if (route.path === '/v1/events' && isObject(body) && Array.isArray(body.data)) return this.eventList(body);
    return this.validate(base, base === 'page' ? withoutRequired(route.response) : route.response, body);
  }

  error(body: unknown, base: AnswerBase = 'wire'): Violation[] {
    if (!isObject(body) || !isObject(body.error)) return [{ path: '/error', message: "not Stripe's error shape" }];
    const { error } = body;
    const found: Violation[] = [];
    if (!ERROR_TYPES.includes(String(error.type))) found.push({ path: '/error/type', message: `'${error.type}'` });
    if (typeof error.message !== 'string') found.push({ path: '/error/message', message: 'must be a string' });
    for (const [key, value] of Object.entries(error)) {
      if (ERROR_TEXTS.includes(key)) {
        if (typeof value !== 'string') found.push({ path: `/error/${key}`, message: 'must be a string' });
      } else if (!ERROR_OBJECTS.includes(key)) found.push({ path: `/error/${key}`, message: 'unknown property' });
      else found.push(...this.resource(value, base).map((v) => ({ ...v, path: `/error/${key}${v.path}` })));
    }
    return found;
  }

  /** The envelope, `data.object` by the event's type, and that `previous_attributes` names fields of that object. */
  event(event: unknown): Violation[] {
    if (!isObject(event)) return [{ path: '/', message: 'not an object' }];
    const schema = this.events[String(event.type)];
    if (!schema) return [{ path: '/type', message: `unknown event type '${event.type}'` }];
    const data = isObject(event.data) ? event.data : {};
    // Stripe on this event: "The received `Invoice` object will not have an invoice ID", whatever its type says.
    const object = this.validate('wire', schema, data.object).filter(
      ({ path, message }) => !(event.type === 'invoice.upcoming' && path === '/' && message.endsWith("property 'id'")),
    );
    return [
      ...this.validate('wire', EVENT_ENVELOPE, event),
      ...object.map((v) => ({ ...v, path: `/data/object${v.path}` })),
      ...this.previousAttributes(String(event.type), schema, data),
    ];
  }

  private eventList(body: Record<string, unknown>): Violation[] {
    const events = body.data as unknown[];
    return [
      ...this.validate('wire', EVENT_LIST, body),
      ...events.flatMap((event, at) => this.event(event).map((v) => ({ ...v, path: `/data/${at}${v.path}` }))),
    ];
  }

  private previousAttributes(type: string, schema: JsonSchema, data: Record<string, unknown>): Violation[] {
    const path = '/data/previous_attributes';
    const updated = /\.(updated|expiring)$/.test(type) || type.startsWith('customer.subscription.');
    const { previous_attributes: previous, object } = data;
    if (previous === undefined) return [];
    if (!isObject(previous) || !isObject(object)) return [{ path, message: 'must be an object' }];
    if (!updated) return [{ path, message: `not on ${type}` }];
    const known = this.propertiesOf(schema);
    return Object.keys(previous)
      .filter((key) => !known.has(key))
      .map((key) => ({ path: `${path}/${key}`, message: 'no such field in the object' }));
  }

  private propertiesOf(schema: JsonSchema): Set<string> {
    if (typeof schema.$ref === 'string') {
      const def = this.$defs[schema.$ref.replace('#/$defs/', '')];
      return def ? this.propertiesOf(def) : new Set();
    }
    const branches = Array.isArray(schema.anyOf) ? schema.anyOf : [];
    const own = isObject(schema.properties) ? Object.keys(schema.properties) : [];
    return new Set([...own, ...branches.flatMap((branch) => [...this.propertiesOf(branch)])]);
  }

  private route(method: string, path: string) {
    return this.routes.find((r) => r.method === method && r.pattern.test(path));
  }

  private indexByObject(name: string, def: JsonSchema): void {
    const properties = isObject(def.properties) ? def.properties : {};
    const required = Array.isArray(def.required) ? def.required : [];
    const tag = isObject(properties.object) && Array.isArray(properties.object.enum) ? properties.object.enum : [];
    // Partial<T> (an event's previous_attributes) and request types carry the tag too, but never require it.
    if (tag.length !== 1 || !required.includes('object') || /Params\b/.test(name)) return;
    const deleted = properties.deleted !== undefined && required.includes('deleted');
    const key = `${deleted ? 'deleted ' : ''}${tag[0]}`;
    this.byObject.set(key, [...(this.byObject.get(key) ?? []), name]);
  }

  private validate(base: AnswerBase | 'form', schema: JsonSchema, data: unknown): Violation[] {
    const key = base + JSON.stringify(schema);
    let validator = this.compiled.get(key);
    if (!validator) {
      validator = this.ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${base}#/$defs/`)));
      this.compiled.set(key, validator);
    }
    return validator(data) ? [] : meantErrors(validator.errors ?? []);
  }
}

const EVENT_ENVELOPE: JsonSchema = {
  type: 'object',
  required: ['id', 'object', 'api_version', 'created', 'data', 'livemode', 'pending_webhooks', 'request', 'type'],
  properties: {
    id: { type: 'string', pattern: '^evt_' },
    object: { const: 'event' },
    api_version: { type: ['string', 'null'] },
    created: { type: 'integer' },
    livemode: { type: 'boolean' },
    pending_webhooks: { type: 'integer' },
    data: { type: 'object', required: ['object'] },
  },
};

/** As the typings' `ApiList<Event>`, whose own schema would have every event type compiled. */
const EVENT_LIST: JsonSchema = {
  type: 'object',
  required: ['object', 'data', 'has_more', 'url'],
  properties: {
    object: { const: 'list' },
    data: { type: 'array' },
    has_more: { type: 'boolean' },
    url: { type: 'string' },
  },
  additionalProperties: false,
};

function withWireDeviations($defs: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const out = { ...$defs };
  for (const { def, extra = [], absent = [] } of WIRE_DEVIATIONS) {
    for (const [name, schema] of Object.entries($defs).filter(([name]) => def.test(name))) {
      const required = Array.isArray(schema.required) ? schema.required : [];
      out[name] = {
        ...schema,
        properties: { ...(schema.properties as object), ...Object.fromEntries(extra.map((key) => [key, {}])) },
        required: required.filter((key) => !absent.includes(key)),
      };
    }
  }
  return out;
}

/**
 * Of a failed anyOf every branch reports. Outside of one, every error is kept; inside, the deepest, because the branch
 * that got furthest is the one that was meant.
 */
function meantErrors(errors: ErrorObject[]): Violation[] {
  const levels = (path: string) => path.split('/').length;
  const under = (path: string, root: string) => path === root || path.startsWith(`${root}/`);
  const roots = [...new Set(errors.filter((e) => e.keyword === 'anyOf').map((e) => e.instancePath))];
  const outer = roots.filter((path) => !roots.some((other) => other !== path && under(path, other)));
  const leaves = errors.filter((e) => e.keyword !== 'anyOf');
  const kept = leaves.filter((e) => !outer.some((path) => under(e.instancePath, path)));
  for (const path of outer) {
    const inside = leaves.filter((e) => under(e.instancePath, path));
    const deepest = Math.max(...inside.map((e) => levels(e.instancePath)));
    kept.push(...inside.filter((e) => levels(e.instancePath) === deepest));
  }
  const distinct = new Map<string, Violation>();
  for (const { instancePath, message, params } of kept) {
    const detail = params.additionalProperty ?? params.allowedValues ?? '';
    const violation = {
      path: instancePath || '/',
      message: `${message} ${typeof detail === 'string' ? detail : JSON.stringify(detail).slice(0, 160)}`.trim(),
    };
    distinct.set(violation.path + violation.message, violation);
  }
  return [...distinct.values()];
}

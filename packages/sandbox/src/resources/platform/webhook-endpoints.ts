import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Kind } from '../../engine/kinds.js';
import { bool, emptyable, list, metadata, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import { isApiVersion, isOffered, OFFERED } from '../../versions/api-versions.js';
import { EVENT_TYPES } from './event-types.js';

const kind: Kind<'webhook_endpoint'> = { object: 'webhook_endpoint', prefix: 'we', noun: 'webhook endpoint' };

function checkedUrl(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw invalidRequest('Invalid URL: An explicit scheme (such as https) must be provided.', {
      param: 'url',
      code: 'url_invalid',
    });
  }
  return url;
}

function checkedTypes(types: string[]): string[] {
  if (types.length === 0) throw invalidRequest('You must enable at least one event.', { param: 'enabled_events' });
  types.forEach((type, place) => {
    if (type === '*' || EVENT_TYPES.has(type)) return;
    const param = `enabled_events[${place}]`;
    const near = [...EVENT_TYPES].find((known) => known.replaceAll('.', '_') === type.replaceAll('.', '_'));
    throw invalidRequest(`Invalid ${param}: ${type} is no type of event${near ? `. Did you mean ${near}?` : ''}`, {
      param,
    });
  });
  return types;
}

/** The version of an endpoint's payloads, for good; 400 for one that is unknown or cannot be rendered. */
function checkedVersion(version: string): string {
  if (isOffered(version)) return version;
  const why = isApiVersion(version) ? `. This sandbox speaks the versions from ${OFFERED}.` : '';
  throw invalidRequest(`Invalid Stripe API version: ${version}${why}`, { param: 'api_version' });
}

export const webhookEndpoints: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/webhook_endpoints',
      {
        enabled_events: required(list(str())),
        url: required(str()),
        api_version: str(),
        description: emptyable(str()),
        metadata: metadata(),
      },
      ({ tx, params }) => {
        const endpoint = tx.put('webhook_endpoint', {
          id: tx.newId('webhook_endpoint'),
          object: 'webhook_endpoint',
          api_version: params.api_version === undefined ? null : checkedVersion(params.api_version),
          application: null,
          created: tx.now(),
          description: params.description ?? null,
          enabled_events: checkedTypes(params.enabled_events),
          livemode: false,
          metadata: mergeMetadata({}, params.metadata),
          status: 'enabled',
          url: checkedUrl(params.url),
        });
        // Answered here and never again: there is no route that reads or rolls it.
        const { secret } = tx.put('_webhook_secret', { id: endpoint.id, secret: `whsec_${randomText(32)}` });
        return { ...endpoint, secret };
      },
    ),
    retrieveRoute('GET /v1/webhook_endpoints/:id', 'webhook_endpoint'),
    route(
      'POST /v1/webhook_endpoints/:id',
      {
        description: emptyable(str()),
        disabled: bool(),
        enabled_events: list(str()),
        metadata: metadata(),
        url: str(),
      },
      ({ tx, params, ids }) => {
        const before = tx.require('webhook_endpoint', ids.id as string);
        const { disabled, description, enabled_events, url } = params;
        return tx.patch('webhook_endpoint', before.id, {
          ...(description === undefined ? {} : { description }),
          ...(disabled === undefined ? {} : { status: disabled ? 'disabled' : 'enabled' }),
          ...(enabled_events === undefined ? {} : { enabled_events: checkedTypes(enabled_events) }),
          ...(url === undefined ? {} : { url: checkedUrl(url) }),
          metadata: mergeMetadata(before.metadata, params.metadata),
        });
      },
    ),
    route('DELETE /v1/webhook_endpoints/:id', {}, ({ tx, ids }) => {
      const { id } = tx.require('webhook_endpoint', ids.id as string);
      tx.delete('webhook_endpoint', id);
      tx.delete('_webhook_secret', id);
      return { id, object: 'webhook_endpoint', deleted: true };
    }),
    listRoute('GET /v1/webhook_endpoints', 'webhook_endpoint', {}),
  ],
};

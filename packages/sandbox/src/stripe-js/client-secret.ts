import { IntegrationError } from './integration-error.js';

export type IntentKind = 'payment_intent' | 'setup_intent';

export interface IntentReference {
  kind: IntentKind;
  secret: string;
  /** Its place in Stripe's API. */
  path: string;
}

/** @throws IntegrationError for what is not a client secret of an intent (of the given kind, if one is given) */
export function intentOf(secret: unknown, where: string, kind?: IntentKind): IntentReference {
  const match = /^((pi|seti)_\w+)_secret_\w+$/.exec(typeof secret === 'string' ? secret : '');
  const found = match?.[2] === 'pi' ? 'payment_intent' : 'setup_intent';
  if (!match || (kind && found !== kind)) {
    throw new IntegrationError(
      `Invalid value for ${where}: value should be a client_secret string of the form \${id}_secret_\${secret}${kind ? ` of a ${kind === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent'}` : ''}. You specified: ${String(secret)}`,
    );
  }
  return { kind: found, secret: secret as string, path: `/v1/${found}s/${match[1]}` };
}

import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;
export type LogLevel = (typeof logLevels)[number];
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const secretNames = [
  'authorization',
  'cookie',
  'stripe-signature',
  'client_secret',
  'clientSecret',
  'customerSessionClientSecret',
  'secret',
  'secretKey',
  'webhookSecret',
  'password',
  'token',
];
// Names of our fields can hide nothing that a message or a URL carries in its text.
const secretText = /\b(?:(?:sk|rk)_(?:test|live)_\w+|whsec_[\w+/=]+|\w+_secret_\w+|eyJ[\w-]+\.[\w-]+\.[\w-]*)/g;
const urlPassword = /(\w+:\/\/[^\s:/@]*):[^\s@/]+@/g;

/** The same text with keys, tokens, client secrets and passwords in URLs taken out. */
export function withoutSecrets(text: string): string {
  return text.replace(secretText, '[redacted]').replace(urlPassword, '$1:[redacted]@');
}

/** Structured JSON lines; fields named like secrets and texts that look like them are redacted. */
export function createLogger(level: LogLevel = 'info', destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
        censor: '[redacted]',
      },
      hooks: { streamWrite: withoutSecrets },
    },
    destination ?? pino.destination({ fd: 1, sync: false, minLength: 0 }),
  );
}

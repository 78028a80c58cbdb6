import { createApp } from '../src/app.js';
import { loadConfig } from '../src/config.js';
import { tokenSecret } from './operations.js';

// The gateway as it is, over a database that is filled already. Reads never speak to Stripe, so no Stripe is there.
const config = loadConfig({
  PORT: '0',
  DATABASE_URL: process.env.DATABASE_URL,
  STRIPE_SECRET_KEY: 'sk_test_bench',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_bench',
  STRIPE_WEBHOOK_SECRET: 'whsec_bench',
  STRIPE_API_BASE: 'http://127.0.0.1:9',
  AUTH_JWT_SECRET: tokenSecret,
  LOG_LEVEL: 'fatal',
});
const app = await createApp(config);
const { port } = await app.start();
process.send?.({ port });
process.on('disconnect', () => process.exit(0));

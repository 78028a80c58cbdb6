export interface Snippet {
  language: string;
  code: string;
}

/** How to point each official SDK at a sandbox. @param url e.g. `http://127.0.0.1:4010` */
export function sdkSnippets(url: string): Snippet[] {
  const { hostname, port } = new URL(url);
  return [
    {
      language: 'Node',
      code: `import Stripe from 'stripe';

const stripe = new Stripe('sk_test_123', {
  host: '${hostname}',
  port: ${port},
  protocol: 'http',
});`,
    },
    {
      language: 'Python',
      code: `from stripe import StripeClient

client = StripeClient(
    "sk_test_123",
    base_addresses={"api": "${url}"},
)`,
    },
    {
      language: 'Ruby',
      code: `require 'stripe'

client = Stripe::StripeClient.new(
  'sk_test_123',
  api_base: '${url}',
)`,
    },
    {
      language: 'Go',
      code: `backends := stripe.NewBackendsWithConfig(&stripe.BackendConfig{
	URL: stripe.String("${url}"),
})
client := stripe.NewClient("sk_test_123", stripe.WithBackends(backends))`,
    },
    {
      language: 'PHP',
      code: `$stripe = new \\Stripe\\StripeClient([
    'api_key' => 'sk_test_123',
    'api_base' => '${url}',
]);`,
    },
    {
      language: 'curl',
      code: `curl ${url}/v1/customers \\
  -u sk_test_123: \\
  -d email=alice@example.com`,
    },
  ];
}

export function webhookSnippet(url: string): string {
  return `curl ${url}/v1/webhook_endpoints \\
  -u sk_test_123: \\
  -d url=http://127.0.0.1:3000/webhooks/stripe \\
  -d "enabled_events[]=*"`;
}

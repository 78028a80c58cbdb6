import { expect, it } from 'vitest';
import { useBrowser } from '../support/browser.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';

const db = await createTestDatabase();
const gateway = await startGateway(db);
const browser = useBrowser();

it('shows the plans in both intervals and currencies, to whoever one chooses to be', async () => {
  const page = await browser.newPage();
  await page.goto(gateway.url);
  const starter = page.getByTestId('plan-starter');
  await starter.getByText('$9').waitFor();
  await page.getByText('Yearly').click();
  await starter.getByText('$90').waitFor();
  await page.getByText('EUR', { exact: true }).click();
  await starter.getByText('€').waitFor();

  await page.getByRole('radio', { name: 'org_acme' }).check({ force: true });
  await page.locator('[data-testid=access-state]', { hasText: 'NONE' }).waitFor();
  const owners = await db.sql<{ owner: string }[]>`
    select owner_kind || ':' || owner_id as owner from billing_accounts order by owner`;
  expect(owners.map(({ owner }) => owner)).toEqual(['organization:org_acme', 'user:user_alice']);
});

it('has an explorer in which a subscription stays open and shows the next version', async () => {
  const page = await browser.newPage();
  await page.goto(`${gateway.url}/graphiql`);
  const answer = page.locator('.graphiql-response');
  // Both editors are there: before that, the button has nothing to send and nowhere to show it.
  await page.locator('.graphiql-query-editor').getByText('billingStatus').waitFor();
  await answer.locator('.view-lines').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: /execute query/i }).click();
  await answer.getByText('ACCOUNT_CREATED').waitFor();

  const token = await gateway.token({ user: 'user_alice' });
  const { json } = await gateway.graphql(
    'mutation { subscriptionStart(input: { planKey: "starter", interval: MONTH }) { userErrors { code } } }',
    {},
    token,
  );
  expect(json.data.subscriptionStart.userErrors).toEqual([]);
  await answer.getByText('INCOMPLETE').first().waitFor();
});

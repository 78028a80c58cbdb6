import { expect, test } from 'vitest';
import { enterCard } from '../support/card-form.js';
import { useCheckout } from './checkout-stage.js';

const stage = useCheckout();
const sessions = () => stage.sandbox.stripe.checkout.sessions;

test('the page asks what the merchant wants to know, and the session has the answers', async () => {
  const session = await stage.createSession({
    phone_number_collection: { enabled: true },
    name_collection: { individual: { enabled: true }, business: { enabled: true, optional: true } },
    tax_id_collection: { enabled: true },
    billing_address_collection: 'required',
    consent_collection: { terms_of_service: 'required', promotions: 'auto' },
    custom_text: { terms_of_service_acceptance: { message: 'I accept the terms.' }, after_submit: { message: 'Bye.' } },
    custom_fields: [
      { key: 'team', type: 'text', label: { type: 'custom', custom: 'Team name' }, text: { minimum_length: 3 } },
      { key: 'seats', type: 'numeric', label: { type: 'custom', custom: 'Desks' }, optional: true },
      {
        key: 'size',
        type: 'dropdown',
        label: { type: 'custom', custom: 'Size' },
        dropdown: {
          options: [
            { label: 'Small', value: 's' },
            { label: 'Large', value: 'l' },
          ],
        },
      },
    ],
  });
  expect(session.custom_fields).toMatchObject([{ key: 'team', text: { value: null, minimum_length: 3 } }, {}, {}]);
  const page = await stage.open(session);
  await page.getByText('Bye.').waitFor();
  await page.getByRole('button', { name: 'Subscribe' }).click();
  for (const text of ['Enter your phone number.', 'Enter your city.', 'Team name: this field is required.']) {
    await page.getByText(text).waitFor();
  }
  await page.getByText('Accept the terms of service to go on.').waitFor();
  await page.getByLabel('Email').fill('alice@example.com');
  await page.getByLabel('Phone').fill('+49 30 123456');
  await page.getByLabel('Full name').fill('Alice Example');
  await page.getByLabel('Business name').fill('Example GmbH');
  await page.getByLabel('Tax ID').fill('DE123456789');
  await enterCard(page, '4242424242424242');
  await page.getByLabel('Address', { exact: true }).fill('Street 1');
  await page.getByLabel('City').fill('Berlin');
  await page.getByLabel('Country or region').selectOption('DE');
  await page.getByLabel('Team name').fill('ab');
  await page.getByLabel('Size').selectOption('l');
  await page.getByLabel('I accept the terms.').check();
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText('Enter at least 3 characters.').waitFor();
  await page.getByLabel('Team name').fill('Blue');
  await stage.finish(page, 'Subscribe');

  const address = { line1: 'Street 1', city: 'Berlin', country: 'DE' };
  const done = await sessions().retrieve(session.id, { expand: ['customer'] });
  expect(done).toMatchObject({
    consent: { terms_of_service: 'accepted', promotions: 'opt_out' },
    custom_fields: [
      { key: 'team', text: { value: 'Blue' } },
      { key: 'seats', numeric: { value: null } },
      { key: 'size', dropdown: { value: 'l' } },
    ],
    collected_information: { individual_name: 'Alice Example', business_name: 'Example GmbH' },
    customer_details: {
      phone: '+49 30 123456',
      address,
      tax_ids: [{ type: 'eu_vat', value: 'DE123456789' }],
    },
    customer: { name: 'Alice Example', business_name: 'Example GmbH', phone: '+49 30 123456', address },
  });
});

test('a delivery address is asked for and saved with a customer who may be changed', async () => {
  const customer = await stage.newCustomer();
  const session = await stage.createSession({
    customer: customer.id,
    customer_update: { shipping: 'auto', name: 'auto' },
    shipping_address_collection: { allowed_countries: ['DE', 'FR'] },
  });
  const page = await stage.open(session);
  await page.getByLabel('Name for the delivery').fill('Alice Example');
  await page.getByLabel('Address', { exact: true }).fill('Rue 1');
  await page.getByLabel('City').fill('Paris');
  await page.locator('#shipping_country').selectOption('FR');
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Subscribe');
  const shipping = { name: 'Alice Example', address: { line1: 'Rue 1', city: 'Paris', country: 'FR' } };
  const done = await sessions().retrieve(session.id, { expand: ['customer'] });
  expect(done).toMatchObject({ collected_information: { shipping_details: shipping }, customer: { shipping } });
});

test('saved cards are offered, used without typing, and removed where that is allowed', async () => {
  const customer = await stage.newCustomer();
  const first = await stage.createSession({
    customer: customer.id,
    saved_payment_method_options: { payment_method_save: 'enabled' },
  });
  const page = await stage.open(first);
  await enterCard(page, '4242424242424242');
  await page.getByLabel('Save this card for next time.').check();
  await stage.finish(page, 'Subscribe');
  const [card] = (await stage.sandbox.stripe.customers.listPaymentMethods(customer.id)).data;
  expect(card).toMatchObject({ allow_redisplay: 'always' });

  const again = await stage.createSession({
    mode: 'payment',
    line_items: [{ price: stage.once.id, quantity: 1 }],
    customer: customer.id,
    saved_payment_method_options: { payment_method_remove: 'enabled' },
  });
  const next = await stage.open(again);
  expect(await next.getByLabel('Card number').isVisible()).toBe(false);
  await next.getByLabel('Another card').check();
  expect(await next.getByLabel('Card number').isVisible()).toBe(true);
  await next.getByLabel('Visa •••• 4242').first().check();
  await stage.finish(next, 'Pay');
  expect(await sessions().retrieve(again.id, { expand: ['payment_intent'] })).toMatchObject({
    payment_intent: { payment_method: card?.id, status: 'succeeded' },
  });

  const last = await stage.open(
    await stage.createSession({
      customer: customer.id,
      saved_payment_method_options: { payment_method_remove: 'enabled' },
    }),
  );
  await last.getByRole('button', { name: 'Remove Visa •••• 4242' }).click();
  await last.getByLabel('Card number').waitFor();
  expect((await stage.sandbox.stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
});

test('a blocked brand is refused, and how a new card may be shown again is the merchant’s choice', async () => {
  const customer = await stage.newCustomer();
  const session = await stage.createSession({
    customer: customer.id,
    payment_method_data: { allow_redisplay: 'always' },
    payment_method_options: { card: { restrictions: { brands_blocked: ['american_express'] } } },
  });
  const page = await stage.open(session);
  await enterCard(page, '378282246310005');
  await page.getByLabel('Security code').fill('1234');
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText('This card brand is not accepted. Use another card.').waitFor();
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Subscribe');
  const { data } = await stage.sandbox.stripe.customers.listPaymentMethods(customer.id);
  expect(data).toMatchObject([{ allow_redisplay: 'always' }]);
});

test('the merchant’s colours and name are on the page', async () => {
  const session = await stage.createSession({
    branding_settings: { display_name: 'Blue Ltd', button_color: '#123456', border_style: 'pill', font_family: 'lora' },
  });
  const page = await stage.open(session);
  await page.getByText('Blue Ltd', { exact: true }).waitFor();
  const style = await page.getByRole('button', { name: 'Subscribe' }).evaluate((button) => {
    const { backgroundColor, borderRadius } = button.ownerDocument.defaultView.getComputedStyle(button);
    return [backgroundColor, borderRadius];
  });
  expect(style).toEqual(['rgb(18, 52, 86)', '999px']);
  await expect(stage.createSession({ branding_settings: { button_color: 'red' } })).rejects.toThrow(
    'Invalid hex color: red',
  );
});

test('a page whose customer was deleted cannot be used', async () => {
  const customer = await stage.newCustomer();
  const session = await stage.createSession({ customer: customer.id });
  const page = await stage.open(session);
  await enterCard(page, '4242424242424242');
  await stage.sandbox.stripe.customers.del(customer.id);
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText('This Checkout page can no longer be used').waitFor();
  await expect(stage.createSession({ customer: customer.id })).rejects.toThrow(`No such customer: '${customer.id}'`);
});

test('fields that do not fit are refused', async () => {
  const label = { type: 'custom' as const, custom: 'Team' };
  await expect(stage.createSession({ custom_fields: [{ key: 'a-b', type: 'text', label }] })).rejects.toMatchObject({
    param: 'custom_fields[0][key]',
  });
  await expect(stage.createSession({ custom_fields: [{ key: 'a', type: 'dropdown', label }] })).rejects.toMatchObject({
    param: 'custom_fields[0][dropdown]',
  });
  await expect(stage.createSession({ customer_update: { name: 'auto' } })).rejects.toMatchObject({
    param: 'customer_update',
  });
});

import { IntegrationError } from './integration-error.js';

/** Methods of Stripe.js for what the sandbox does not have: other payment methods, Connect, Issuing, Identity. */
const NAMES = `
collectBankAccountForPayment collectBankAccountForSetup collectBankAccountToken collectFinancialConnectionsAccounts
confirmAcssDebitPayment confirmAcssDebitSetup confirmAffirmPayment confirmAfterpayClearpayPayment confirmAlipayPayment
confirmAmazonPaySetup confirmAuBecsDebitPayment confirmAuBecsDebitSetup confirmBacsDebitSetup confirmBancontactPayment
confirmBancontactSetup confirmBilliePayment confirmBlikPayment confirmBlikSetup confirmBoletoPayment
confirmCashappPayment confirmCashappSetup confirmCustomerBalancePayment confirmEpsPayment confirmFpxPayment
confirmGiropayPayment confirmGrabPayPayment confirmIdealPayment confirmIdealSetup confirmKlarnaPayment
confirmKonbiniPayment confirmMobilepayPayment confirmMultibancoPayment confirmOxxoPayment confirmPayByBankPayment
confirmPayNowPayment confirmPayPalPayment confirmPayPalSetup confirmPixPayment confirmPromptPayPayment
confirmSepaDebitPayment confirmSepaDebitSetup confirmSofortPayment confirmSofortSetup confirmTwintPayment
confirmUsBankAccountPayment confirmUsBankAccountSetup confirmWechatPayPayment createEphemeralKeyNonce
createRadarSession createToken initCheckoutElementsSdk initCheckoutFormSdk initializePricing paymentRequest processOrder
retrieveOrder verifyIdentity verifyMicrodepositsForPayment verifyMicrodepositsForSetup`;

/** Each says that it is not offered, where a missing one would be "not a function". */
export function notOffered(): Record<string, () => never> {
  return Object.fromEntries(
    NAMES.trim()
      .split(/\s+/)
      .map((name) => [
        name,
        () => {
          throw new IntegrationError(`stripe.${name}() is not offered by the Stripe sandbox.`);
        },
      ]),
  );
}

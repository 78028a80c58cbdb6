import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { invalidRequest } from '../../engine/errors.js';
import { bool, emptyable, hash, oneOf, type Param, type ParamsOf, required, str } from '../../http/params.js';

/** Fonts as Stripe names them; the page shows the nearest family that it has without loading one. */
export const FONTS = [
  'be_vietnam_pro',
  'bitter',
  'chakra_petch',
  'default',
  'hahmlet',
  'inconsolata',
  'inter',
  'lato',
  'lora',
  'm_plus_1_code',
  'montserrat',
  'noto_sans',
  'noto_sans_jp',
  'noto_serif',
  'nunito',
  'open_sans',
  'pridi',
  'pt_sans',
  'pt_serif',
  'raleway',
  'roboto',
  'roboto_slab',
  'source_sans_pro',
  'titillium_web',
  'ubuntu_mono',
  'zen_maru_gothic',
] as const;

function colour(): Param<string, false> {
  const text = str(7);
  return {
    ...text,
    read: (value, path) => {
      const read = text.read(value, path);
      if (/^#[0-9a-f]{6}$/i.test(read)) return read;
      throw invalidRequest(`Invalid hex color: ${read}`, { param: path });
    },
  };
}

export const brandingSettings = hash({
  background_color: emptyable(colour()),
  border_style: emptyable(oneOf('pill', 'rectangular', 'rounded')),
  button_color: emptyable(colour()),
  display_name: str(),
  font_family: emptyable(oneOf(...FONTS)),
});

export const afterExpiration = hash({ recovery: hash({ allow_promotion_codes: bool(), enabled: required(bool()) }) });

type Branding = NonNullable<CheckoutSession['branding_settings']>;

export function brandingOf(given: NonNullable<ParamsOf<{ b: typeof brandingSettings }>['b']>): Branding {
  return {
    background_color: given.background_color ?? '#ffffff',
    border_style: given.border_style ?? 'rounded',
    button_color: given.button_color ?? '#0074d4',
    display_name: given.display_name ?? MERCHANT_NAME,
    font_family: given.font_family ?? 'default',
    icon: null,
    logo: null,
  };
}

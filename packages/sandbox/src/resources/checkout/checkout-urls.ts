import { invalidRequest, type StripeError } from '../../engine/errors.js';
import type { SessionParams } from './checkout-params.js';

/** Which return addresses belong to which `ui_mode`. */
export function urlProblem(params: SessionParams): StripeError | undefined {
  const { ui_mode = 'hosted_page', success_url, cancel_url, return_url, redirect_on_completion } = params;
  if (ui_mode === 'hosted_page') {
    if (success_url === undefined) {
      return invalidRequest('Missing required param: success_url.', {
        code: 'parameter_missing',
        param: 'success_url',
      });
    }
    for (const param of ['return_url', 'redirect_on_completion'] as const) {
      if (params[param] !== undefined) return notWith(param, ui_mode);
    }
  } else {
    if (success_url !== undefined) return notWith('success_url', ui_mode);
    if (cancel_url !== undefined) return notWith('cancel_url', ui_mode);
    if (return_url === undefined && redirect_on_completion !== 'never') {
      return invalidRequest('Missing required param: return_url.', { code: 'parameter_missing', param: 'return_url' });
    }
    if (return_url !== undefined && redirect_on_completion === 'never') {
      return invalidRequest('`return_url` is not allowed when `redirect_on_completion` is `never`.', {
        param: 'return_url',
      });
    }
  }
  for (const param of ['success_url', 'cancel_url', 'return_url'] as const) {
    if (params[param] !== undefined && !isWebAddress(params[param])) {
      return invalidRequest('Not a valid URL', { code: 'url_invalid', param });
    }
  }
  return undefined;
}

const notWith = (param: string, uiMode: string) =>
  invalidRequest(`\`${param}\` is not allowed when \`ui_mode\` is \`${uiMode}\`.`, { param });

function isWebAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

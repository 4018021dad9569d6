import { andThen, flag, items, matches, openShape, text } from '../outbound/check/rules.ts';
import type { Report, Rule, Untrusted } from '../outbound/check/rules.ts';
import { wordOf } from './shape.ts';
import { wordIn } from './words.ts';

/** The button of an authentication template: copies the code, fills it in at a tap, or without one (Android). */
const LIMITS = { text: 25, apps: 5, packageName: 224 } as const;

const app = openShape({
  package_name: andThen(
    text(LIMITS.packageName),
    matches(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/, 'must be an Android package name, for example "com.example.app"'),
  ),
  signature_hash: matches(/^[A-Za-z0-9+/=]{11}$/, 'must be the 11 characters of the app signing key hash'),
});

function checkApps(button: Untrusted, at: string, report: Report): void {
  const type = wordOf(button['otp_type']);
  if (type === 'copy_code') return;
  const isOld = button['package_name'] !== undefined && button['signature_hash'] !== undefined;
  if (button['supported_apps'] === undefined && !isOld)
    report({
      field: `${at}.supported_apps`,
      message: `is required for ${type}: name the Android apps that may fill the code in, or use copy_code`,
    });
  if (type === 'zero_tap' && button['zero_tap_terms_accepted'] !== true)
    report({
      field: `${at}.zero_tap_terms_accepted`,
      message: 'must be true: Meta asks you to accept its zero-tap terms',
    });
}

export const otpButton: Rule = andThen(
  openShape(
    { otp_type: wordIn('copy_code', 'one_tap', 'zero_tap') },
    {
      text: text(LIMITS.text),
      autofill_text: text(LIMITS.text),
      supported_apps: items(app, { min: 1, max: LIMITS.apps, noun: 'apps' }),
      zero_tap_terms_accepted: flag,
    },
  ),
  checkApps,
);

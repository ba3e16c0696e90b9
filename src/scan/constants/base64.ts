// Base64 as Python decodes it: characters outside the alphabet are skipped, both alphabets are taken.
import { bytes, type Constant } from './constant.ts';

export function base64Bytes(encoded: string): Constant | undefined {
  const digits = encoded
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^A-Za-z0-9+/]/g, '');
  if (digits.length % 4 === 1) return undefined;
  return bytes(atob(digits));
}

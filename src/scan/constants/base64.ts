// Decodes Base64 as Python does: accepts both alphabets and skips any other characters.
import { bytes, type Constant } from './constant.ts';

export function base64Bytes(encoded: string): Constant | undefined {
  const digits = encoded
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^A-Za-z0-9+/]/g, '');
  if (digits.length % 4 === 1) return undefined;
  return bytes(atob(digits));
}

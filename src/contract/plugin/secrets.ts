// Defines a namespace's secrets: their values and limits. Names are in permissions.ts, as versions ask for them.
import { z } from 'zod';
import { secretLimits } from '../limits/secrets.ts';

const encoder = new TextEncoder();

export const secretValue = z
  .string()
  .min(secretLimits.valueCharsMin, `must have at least ${secretLimits.valueCharsMin} characters`)
  .refine((text) => text.isWellFormed(), 'must be valid Unicode')
  .refine(
    (text) => encoder.encode(text).length <= secretLimits.valueBytesMax,
    `must be at most ${secretLimits.valueBytesMax} bytes in UTF-8`,
  );

/** Returns why a plugin can't start. `state` is "not set in the namespace …", and `remedy` a sentence with the fix. */
export function missingSecretsMessage(names: readonly string[], state: string, remedy: string): string {
  const what = names.length === 1 ? `the secret ${names[0]}` : `the secrets ${names.join(', ')}`;
  return `The plugin asks for ${what}, which ${names.length === 1 ? 'is' : 'are'} ${state}. ${remedy}`;
}

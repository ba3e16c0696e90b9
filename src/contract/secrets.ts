// Defines the secrets of a namespace: their values and limits. Names are in permissions.ts, with which versions ask for them.
import { z } from 'zod';

export const secretLimits = {
  /** All of them may be sent to one instance, in one message. */
  perNamespaceMax: 100,
  /** A certificate chain or a service account fits. */
  valueBytesMax: 32 * 1024,
  /** A shorter value occurs in ordinary text, so that masking it would make logs unreadable. */
  valueCharsMin: 4,
  /** The request around a value, whose JSON may escape every character. */
  requestBytes: 256 * 1024,
  /** Deployments that are replaced per query after a secret changed. */
  restartedAtOnce: 20,
} as const;

const encoder = new TextEncoder();

export const secretValue = z
  .string()
  .min(secretLimits.valueCharsMin, `must have at least ${secretLimits.valueCharsMin} characters`)
  .refine((text) => text.isWellFormed(), 'must be valid Unicode')
  .refine(
    (text) => encoder.encode(text).length <= secretLimits.valueBytesMax,
    `must be at most ${secretLimits.valueBytesMax} bytes in UTF-8`,
  );

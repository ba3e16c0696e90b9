// Reads how long the previous secret stays valid after a rotation.
import { z } from '@hono/zod-openapi';
import { keyLimits } from '../../contract/limits/keys-and-sessions.ts';
import { body } from '../openapi/route-definitions.ts';

/** The optional body of a rotation. `description` says what the previous secret can still do. */
export function overlapBody(description: string, defaultSeconds: number = keyLimits.overlapSeconds) {
  const seconds = z.int().min(0).max(keyLimits.overlapMaxSeconds).default(defaultSeconds).openapi({ description });
  return body(z.object({ overlap_seconds: seconds }).nullable(), false);
}

export function rotationOverlapMs(
  given: { overlap_seconds: number } | null,
  defaultSeconds: number = keyLimits.overlapSeconds,
): number {
  return (given?.overlap_seconds ?? defaultSeconds) * 1000;
}

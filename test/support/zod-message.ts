// Returns zod's message for a value. API responses contain these messages, whose wording isn't Slipway's.
import type { z } from 'zod';

export function zodMessage(schema: z.ZodType, invalid: unknown): string {
  const message = schema.safeParse(invalid).error?.issues[0]?.message;
  if (message === undefined) throw new Error('zod accepts the value');
  return message;
}

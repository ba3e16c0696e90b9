// Returns what zod says of a value. Answers of the API contain its messages, whose wording is not this project's.
import type { z } from 'zod';

export function zodMessage(schema: z.ZodType, invalid: unknown): string {
  const message = schema.safeParse(invalid).error?.issues[0]?.message;
  if (message === undefined) throw new Error('zod accepts the value');
  return message;
}

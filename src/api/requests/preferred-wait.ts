// Reads how long a request is willing to wait for its result: `Prefer: wait=10` (RFC 7240 §4.3).
import { z } from '@hono/zod-openapi';

export const preferred = z.object({
  prefer: z
    .string()
    .max(1000)
    .optional()
    .openapi({ description: '`wait=10` limits how many seconds the request waits (RFC 7240)', example: 'wait=10' }),
});

/** Parses the seconds of `Prefer: wait`. Any other preference is ignored (RFC 7240 §2, §4.3). */
export function waitSeconds({ prefer = '' }: { prefer?: string | undefined }): number | undefined {
  const [, seconds] = /(?:^|[,\s])wait\s*=\s*(\d{1,9})(?:$|[;,\s])/i.exec(prefer) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

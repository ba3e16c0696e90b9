// Checks that a Slipway responds at a URL, before a person is sent there.
import { z } from 'zod';
import { ConnectionError } from '../../client/errors.ts';
import { Failure, serverHint } from '../failures/failure.ts';

/** How long a server may take to respond to a check. */
export const serverCheckMs = 10_000;

const health = z.object({ status: z.literal('ok') });

export async function requireServer(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/healthz`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(serverCheckMs)]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new ConnectionError(url, cause);
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && health.safeParse(body).success) return;
  throw new Failure('unreachable', `${url} does not respond as Slipway: GET /healthz returned ${response.status}`, {
    title: 'Server unreachable',
    hint: serverHint,
  });
}

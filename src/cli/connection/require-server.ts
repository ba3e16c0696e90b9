// Checks that a Slipway responds at a URL, before a person is sent there.
import { z } from 'zod';
import { ConnectionError } from '../../client/errors.ts';
import { serverCheckMs } from '../../contract/limits/requests.ts';
import { Failure, serverHint } from '../failures/failure.ts';

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

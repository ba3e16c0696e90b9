// Waits for a delivery's next attempt, and says how it ended.
import type { components } from '../../../client/api.gen.d.ts';
import { pause } from '../../../client/retry.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { CommandResult } from '../../command/context.ts';
import type { Connection } from '../../connection/connect.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';
import type { Output } from '../../terminal/output.ts';
import { printable } from '../../terminal/terminal-text.ts';

type Delivery = components['schemas']['Delivery'];
type DeliveryInFull = components['schemas']['DeliveryInFull'];
type Attempt = DeliveryInFull['attempts_made'][number];

export interface WaitOptions {
  wait: boolean;
  timeout: number;
}

const pollMs = 250;

export async function waitForOutcome(
  connection: Connection,
  requested: Delivery,
  { timeout, wait }: WaitOptions,
  output: Output,
): Promise<CommandResult> {
  const { delivery_id: id } = requested;
  if (!wait) return { json: requested, text: `✓ ${id} is ${requested.status}\n` };
  output.progress('delivering');
  const delivery = await nextAttempt(connection, requested, timeout);
  const attempt = delivery.attempts_made.at(-1);
  const took = attempt ? ` in ${formatDuration(attempt.duration_ms)}` : '';
  if (delivery.status === 'succeeded')
    return { json: delivery, text: `✓ ${id} was delivered: ${attempt?.status_code ?? 'answered'}${took}\n` };
  output.error(`${id} was not delivered${took}: ${printable(attempt?.error ?? 'the webhook is disabled')}`);
  printAnswer(attempt, delivery, output);
  return { json: delivery, text: '', exit: 'failed' };
}

/** A repeated delivery also lists its earlier attempts. */
async function nextAttempt(
  { client, signal }: Connection,
  { attempts, delivery_id, endpoint_id }: Delivery,
  timeoutMs: number,
): Promise<DeliveryInFull> {
  const startedAt = performance.now();
  for (;;) {
    const path = { endpoint_id, delivery_id };
    const delivery = await client.get('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}', { path });
    if (delivery.status !== 'pending' || delivery.attempts_made.length > attempts) return delivery;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs >= timeoutMs)
      throw new Failure('pending', `${delivery_id} was not attempted within ${formatDuration(waitedMs)}`, {
        title: 'Still in progress',
        hint: `See \`slipway webhooks delivery ${endpoint_id} ${delivery_id}\`.`,
        details: { delivery_id },
      });
    await pause(pollMs, signal);
  }
}

function printAnswer(attempt: Attempt | undefined, { next_attempt_at: next }: DeliveryInFull, output: Output): void {
  const excerpt = (attempt?.response_excerpt ?? '').split('\n').filter((line) => line.trim() !== '');
  for (const line of excerpt) output.info(`  | ${printable(line)}`);
  if (next !== null) output.info(`  next     ${formatTime(next)}`);
}

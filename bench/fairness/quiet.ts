// The organization that is disturbed: its calls at a fixed rate, and how they are printed.
import { spawn } from 'node:child_process';
import { z } from 'zod';
import type { ApiAccess } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { type Latencies, latenciesSchema, type Rate } from './calls.ts';

const made = z.object({ api_key: z.string(), namespace_id: z.string() });

export async function createOrganization({ url, admin_token }: Local, name: string): Promise<ApiAccess> {
  const response = await fetch(`${url}/v1/admin/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, plugins_per_namespace: 1000 }),
  });
  return { url, ...made.parse(await response.json()) };
}

/** Starts calls of the plugin `quiet`. They end some time after `stop`. */
export function startCalls(
  { url, namespace_id, api_key }: ApiAccess,
  { perSecond, seconds }: Pick<Rate, 'perSecond' | 'seconds'>,
): { stop(): void; ended: Promise<Latencies> } {
  const rate: Rate = {
    url: `${url}/v1/namespaces/${namespace_id}/plugins/by-name/quiet/realtime`,
    headers: { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { text: 'abc' } }),
    perSecond,
    seconds,
  };
  const child = spawn(process.execPath, ['bench/fairness/calls.ts', JSON.stringify(rate)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<Latencies>((resolve, reject) => {
    child.once('close', () => {
      const printed = latenciesSchema.safeParse(JSON.parse(text || 'null'));
      if (printed.success) resolve(printed.data);
      else reject(new Error('the load generator failed'));
    });
  });
  return { stop: () => child.stdin.end(), ended };
}

export function printLatencies(title: string, { calls, left_out, failed, p50, p99, max }: Latencies): void {
  const times = [p50, p99, max].map((ms) => ms.toFixed(1).padStart(8));
  console.log(
    `${title.padEnd(10)} ${String(calls).padStart(6)} calls, ${failed} failed, ${left_out} left out   p50 ${times[0]}   p99 ${times[1]}   max ${times[2]} ms`,
  );
}

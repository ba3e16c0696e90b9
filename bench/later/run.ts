// Measures how many later calls are accepted per second, beside the same number of direct calls. README.md describes it.
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { type ApiAccess, ExtractorClient } from '../../scripts/local/extractor-client.ts';
import { publish } from '../fairness/neighbor.ts';
import { withLocalServer } from '../local-server.ts';

const usage = `node bench/later/run.ts [OPTION...]

Measures how many later calls are accepted per second, beside direct calls.`;

const { values } = readCommandLine(usage, {
  options: {
    senders: { type: 'string', default: '8' },
    seconds: { type: 'string', default: '10' },
    /** Another checkout to run, such as that of an earlier commit. */
    folder: { type: 'string', default: '.' },
  },
});
const senders = Number(values.senders);
const seconds = Number(values.seconds);
const warmUpMs = 2000;

/** Sends one call after the other. Returns the milliseconds that each took. Throws for a call that is not answered with the status. */
async function sendCalls(access: ApiAccess, preference: 'respond-async' | 'wait', ms: number): Promise<number[]> {
  const { api_key, namespace_id, url } = access;
  const expected = preference === 'wait' ? 200 : 202;
  const at = `${url}/v1/namespaces/${namespace_id}/plugins/by-name/later/realtime`;
  const headers = { authorization: `Bearer ${api_key}`, 'content-type': 'application/json', prefer: preference };
  const body = JSON.stringify({ inputs: { text: 'abc' } });
  const until = performance.now() + ms;
  const times: number[] = [];
  const send = async () => {
    while (performance.now() < until) {
      const startedAt = performance.now();
      const response = await fetch(at, { method: 'POST', headers, body });
      const text = await response.text();
      if (response.status !== expected) throw new Error(`answered ${response.status}: ${text}`);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  return times.toSorted((a, b) => a - b);
}

function printTimes(title: string, times: readonly number[]): void {
  const at = (part: number) => (times[Math.floor(part * times.length)] ?? 0).toFixed(1).padStart(7);
  const rate = (times.length / seconds).toFixed(0).padStart(5);
  console.log(`${title.padEnd(9)} ${rate} per second   p50 ${at(0.5)}   p99 ${at(0.99)} ms`);
}

await withLocalServer(
  async (local) => {
    const client = new ExtractorClient(local);
    await publish(client, { name: 'later', version: '1.0.0' });
    await sendCalls(local, 'wait', warmUpMs);
    printTimes('direct', await sendCalls(local, 'wait', 1000 * seconds));
    printTimes('accepted', await sendCalls(local, 'respond-async', 1000 * seconds));
  },
  { folder: values.folder },
);

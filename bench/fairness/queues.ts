// Measures how long one organization's small runs and later calls take, and how long its calls, alone and beside an organization that has
// queued many. README.md describes it.
import { setTimeout as delay } from 'node:timers/promises';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { type ApiAccess, ExtractorClient } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { withLocalServer } from '../local-server.ts';
import { publish, publishFiles } from './neighbor.ts';
import { createOrganization, printLatencies, startCalls } from './quiet.ts';

const usage = `node bench/fairness/queues.ts [OPTION...]

Measures an organization's runs and later calls beside another that has queued many.`;

const { values } = readCommandLine(usage, {
  options: {
    rate: { type: 'string', default: '40' },
    /** How long is measured, alone and beside the others. */
    seconds: { type: 'string', default: '20' },
    /** `runs`, `later`: only these. */
    only: { type: 'string', multiple: true, default: ['runs', 'later'] },
    runs: { type: 'string', default: '50' },
    /** Rows of each of these runs, which take 50 µs each. */
    rows: { type: 'string', default: '20000' },
    later: { type: 'string', default: '5000' },
    /** Another checkout to run, such as that of an earlier commit. */
    folder: { type: 'string', default: '.' },
  },
});
const rate = { perSecond: Number(values.rate), seconds: Number(values.seconds) };
const sendersAtOnce = 16;
const pauseMs = 250;
const smallRows = 100;
const pluginId = 'work_1_0_0';

const files = {
  'manifest.py': 'feature_extractor_name = "work"\nversion = "1.0.0"\nfeatures = []\noutput_schema = {}\n',
  'pipeline.py': `import time


def step(batch):
    end = time.perf_counter() + 50e-6 * len(batch)
    while time.perf_counter() < end:
        pass
    return batch


def build_steps(extractor_request, container=None, **kwargs):
    return {"steps": [step]}
`,
  'realtime.py': `import time


class RealtimeHandler:
    def predict(self, request):
        time.sleep(request["seconds"])
        return {}
`,
};

/** An organization with the plugin `work`. */
class Organization {
  readonly reach: ApiAccess;
  readonly #client: SlipwayClient;

  constructor(reach: ApiAccess) {
    this.reach = reach;
    this.#client = new SlipwayClient({ baseUrl: reach.url, apiKey: reach.api_key });
  }

  async publish(): Promise<void> {
    await publishFiles(new ExtractorClient(this.reach), { name: 'work', version: '1.0.0', files });
  }

  async startRun(rows: number): Promise<string> {
    const { run_id } = await this.#client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs', {
      path: this.#plugin,
      body: { input: { rows: Array.from({ length: rows }, (_, n) => ({ n })) } },
    });
    return run_id;
  }

  /** Returns the milliseconds from its creation to its end. */
  async smallRun(): Promise<number> {
    const path = { namespace_id: this.reach.namespace_id, run_id: await this.startRun(smallRows) };
    for (;;) {
      const run = await this.#client.get('/v1/namespaces/{namespace_id}/runs/{run_id}', { path });
      if (run.ended_at !== null) return timeBetween(run.created_at, run.ended_at);
      await delay(pauseMs);
    }
  }

  async sendLater(seconds: number): Promise<string> {
    const { call_id } = await this.#client.later('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test', {
      path: this.#plugin,
      body: { inputs: { seconds } },
    });
    return call_id;
  }

  /** Returns the milliseconds from its acceptance to its end. */
  async laterCall(): Promise<number> {
    const path = { call_id: await this.sendLater(0) };
    for (;;) {
      const call = await this.#client.get('/v1/calls/{call_id}', { path });
      if (call.ended_at !== null) return timeBetween(call.created_at, call.ended_at);
      await delay(pauseMs);
    }
  }

  async countOf(kind: 'runs' | 'later'): Promise<number> {
    const { quotas } = await this.#client.get('/v1/quotas');
    return (kind === 'runs' ? quotas.unfinished_runs : quotas.queued_later_calls).used;
  }

  get #plugin() {
    return { namespace_id: this.reach.namespace_id, plugin_id: pluginId };
  }
}

function timeBetween(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}

const kinds = {
  runs: {
    count: Number(values.runs),
    queue: (busy: Organization) => busy.startRun(Number(values.rows)),
    small: (other: Organization) => other.smallRun(),
    title: 'small runs',
  },
  later: {
    count: Number(values.later),
    queue: (busy: Organization) => busy.sendLater(0.2),
    small: (other: Organization) => other.laterCall(),
    title: 'later calls',
  },
};
type Kind = (typeof kinds)[keyof typeof kinds];

async function queueAll(busy: Organization, { count, queue }: Kind): Promise<void> {
  let left = count;
  const sender = async () => {
    while (left-- > 0) await queue(busy);
  };
  await Promise.all(Array.from({ length: sendersAtOnce }, sender));
}

/** Calls at a fixed rate, and beside them small runs or later calls one after the other, by another organization. */
async function measure(title: string, quiet: ApiAccess, small: () => Promise<number>) {
  const calls = startCalls(quiet, rate);
  const until = performance.now() + rate.seconds * 1000;
  const took: number[] = [];
  while (performance.now() < until || took.length === 0) took.push(await small());
  calls.stop();
  const latencies = await calls.ended;
  printLatencies(title, latencies);
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
  return { latencies, count: took.length, p50: at(0.5), p99: at(0.99) };
}

async function compare(local: Local): Promise<void> {
  await publish(new ExtractorClient(local), { name: 'quiet' });
  const other = new Organization(await createOrganization(local, 'other'));
  await other.publish();
  for (const name of ['runs', 'later'] as const) {
    if (!values.only.includes(name)) continue;
    const kind = kinds[name];
    const busy = new Organization(await createOrganization(local, `busy_${name}`));
    await busy.publish();
    const small = () => kind.small(other);
    await small();
    const alone = await measure('alone', local, small);
    await queueAll(busy, kind);
    console.log(`${await busy.countOf(name)} of ${kind.count} ${name} are queued`);
    const beside = await measure('beside', local, small);
    console.log(`${await busy.countOf(name)} of ${kind.count} ${name} are left`);
    for (const [when, { count, p50, p99 }] of Object.entries({ alone, beside }))
      console.log(`${kind.title} ${when.padEnd(6)}: ${count}, p50 ${p50} ms, p99 ${p99} ms`);
    const ratios = [beside.p50 / alone.p50, beside.p99 / alone.p99, beside.latencies.p99 / alone.latencies.p99];
    const [p50, p99, calls] = ratios.map((ratio) => ratio.toFixed(1));
    console.log(`ratio: ${kind.title} p50 ${p50}, p99 ${p99}; calls p99 ${calls}\n`);
  }
}

await withLocalServer(compare, { folder: values.folder });
process.exit();

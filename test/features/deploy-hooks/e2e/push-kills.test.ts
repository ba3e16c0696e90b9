// Kills workerd or the builder at each step of a push, and checks that the newest push ends up live.
// @module-tag git
// @module-tag go
// @module-tag weekly
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { freePorts, loopback } from '../../../../scripts/machine/ports.ts';
import { killProcess } from '../../../../scripts/testing/processes.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { GitHost } from '../../../e2e/git-host/git-host.ts';
import { listProcesses } from '../../../e2e/processes.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../../../e2e/slipway.ts';
import { type Delivery, deliveriesOf, extractorSubject, goSubject, type Subject } from './subjects.ts';

/** Long enough to compile a Go plugin, including the standard library in a machine's first build. */
const setUpMs = 600_000;
/** A killed worker's lease expires after 20 s, and the sweep finds its work within 25 s. */
const endedMs = 180_000;
const pollMs = 10;
const reportModel = z.object({ state: z.string() });

let state: string;
let slipway: Slipway;
let git: GitHost;
let statusApi: Server;
let client: SlipwayClient;
const subjects: Partial<Record<'extractor' | 'storage', Subject>> = {};
/** The commit states reported so far. */
const reported = new Map<string, string[]>();
let onReport = (_state: string): void => {};

beforeAll(async () => {
  state = await newStateFolder();
  git = await GitHost.start();
  const [statusPort = 0] = await freePorts(1);
  statusApi = createServer((request, response) => {
    const commit = request.url?.split('/').at(-1) ?? '';
    void text(request).then((body) => {
      const report = reportModel.parse(JSON.parse(body));
      reported.set(commit, [...(reported.get(commit) ?? []), report.state]);
      onReport(report.state);
      response.writeHead(201).end('{}');
    });
  }).listen(statusPort, loopback);
  await once(statusApi, 'listening');
  slipway = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  const local = await slipway.ready();
  client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key, retries: { retriesMax: 60 } });
  const reach = { client, local, git };
  const status = { token: 'ghp_token', url: `http://${loopback}:${statusPort}` };
  const slow = { loadSeconds: 2, functions: 20_000 };
  subjects.extractor = await extractorSubject(reach, { name: 'killed_ext', provider: 'github', status, ...slow });
  subjects.storage = await goSubject(reach, 'storage', { provider: 'gitea' });
}, setUpMs);

afterAll(async () => {
  await slipway.stop();
  await removeState(state);
  statusApi.closeAllConnections();
  statusApi.close();
  await git.close();
});

type Victim = 'workerd' | 'builder';

function kill(victim: Victim): void {
  const pattern = { workerd: 'workerd serve', builder: 'builder/server/main.ts' }[victim];
  const found = listProcesses(state).filter(({ command }) => command.includes(pattern));
  expect(found).not.toEqual([]);
  for (const { pid } of found) killProcess(pid);
}

/** Returns the newest delivery once it matches. */
async function deliveryWhen(subject: Subject, ref: string, isSo: (delivery: Delivery) => boolean): Promise<Delivery> {
  const until = performance.now() + endedMs;
  for (;;) {
    const found = (await deliveriesOf(client, subject)).find((delivery) => delivery.ref === ref);
    if (found && isSo(found)) return found;
    if (performance.now() > until) throw new Error(`still ${JSON.stringify(found)}`);
    await delay(pollMs);
  }
}

interface Step {
  subject: keyof typeof subjects;
  /** Resolves when the push has reached this step. */
  reached(subject: Subject, ref: string): Promise<unknown>;
}

const hasEnded = ({ ended_at }: Delivery) => ended_at !== null;
const steps: Record<string, Step> = {
  received: { subject: 'extractor', reached: async () => {} },
  claimed: { subject: 'extractor', reached: fetchBegins },
  fetched: {
    subject: 'extractor',
    reached: (subject, ref) => deliveryWhen(subject, ref, ({ fetched_at }) => fetched_at !== null),
  },
  scanned: {
    subject: 'storage',
    reached: (subject, ref) => deliveryWhen(subject, ref, ({ scanned_at }) => scanned_at !== null),
  },
  built: {
    subject: 'storage',
    reached: (subject, ref) => deliveryWhen(subject, ref, ({ built_at }) => built_at !== null),
  },
  published: {
    subject: 'extractor',
    reached: (subject, ref) => deliveryWhen(subject, ref, ({ version_id }) => version_id !== null),
  },
  deployed: { subject: 'extractor', reached: (subject, ref) => deliveryWhen(subject, ref, hasEnded) },
  'status reported': { subject: 'extractor', reached: successIsReported },
};

/**
 * Resolves when the builder requests the repository. The response is delayed, so that the builder or the Worker can be killed before it
 * arrives.
 */
function fetchBegins(): Promise<void> {
  return new Promise((begun) => {
    git.beforeAnswer = async ({ url }) => {
      if (!url?.includes('git-upload-pack')) return;
      git.beforeAnswer = async () => {};
      begun();
      await delay(500);
    };
  });
}

function successIsReported(): Promise<void> {
  return new Promise((done) => {
    onReport = (result) => {
      if (result === 'success') done();
    };
  });
}

let number = 0;

test.each(
  Object.keys(steps).flatMap((step) => [[step, 'workerd' as const] as const, [step, 'builder' as const] as const]),
)(
  'a push ends up live even if, at the step "%s", %s is killed',
  async (name, victim) => {
    const step = steps[name];
    const subject = step && subjects[step.subject];
    if (!step || !subject) throw new Error('no such step');
    number += 1;
    const version = `1.${number}.0`;
    const ref = `refs/tags/v${version}`;
    const commit = subject.repository.commit(subject.filesOf(number));
    const reached = step.reached(subject, ref);
    await subject.repository.push(ref);
    await reached;
    kill(victim);
    const ended = await deliveryWhen(subject, ref, hasEnded);
    expect(ended).toMatchObject({ status: 'live', commit });
    const answer = () => subject.call().catch(String);
    await expect.poll(answer, { timeout: endedMs, interval: 50 }).toBe(version);
    if (step.subject !== 'extractor') return;
    await expect.poll(() => reported.get(commit)?.at(-1), { timeout: endedMs, interval: 50 }).toBe('success');
  },
  2 * endedMs,
);

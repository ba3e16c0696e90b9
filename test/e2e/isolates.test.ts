// Tests a Go plugin in an isolate under load: no call fails during updates, a rollback, or a kill of its workerd. Takes minutes if Go's
// compile cache is empty: `npm run test:long`.
// @module-tag git
// @module-tag go
// @module-tag long
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Local } from '../../scripts/local/organization.ts';
import { allProcesses, killProcess } from '../../scripts/testing/processes.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { GitServer } from '../builder/sources/git-server.ts';
import { waitFor } from '../support/waiting.ts';
import { versionPluginSource } from './plugins.ts';
import { listProcesses } from './processes.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from './slipway.ts';

/** The first build on a machine compiles Go's standard library. */
const firstBuildMs = 900_000;
/** Time within which the next call after a kill must be answered. */
const afterKillMs = 2000;

const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0', '1.6.0'];
const first = 'v1.0.0';
const updates = versions.slice(1);
const answerSchema = z.object({ result: z.object({ output: z.object({ version: z.string() }) }) });

let state: string;
let slipway: Slipway;
let local: Local;
let git: GitServer;

beforeAll(async () => {
  state = await newStateFolder();
  slipway = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  local = await slipway.ready();
  git = await GitServer.start();
  const repository = git.repository('reporter');
  for (const version of versions) {
    repository.commit(versionPluginSource(version));
    repository.git('tag', `v${version}`);
  }
  await request('POST', '', { name: 'reporter', repository: repository.url, version: first, placement: 'isolate' });
  await waitFor(async () => expect((await call()).version).toBe('1.0.0'), { timeout: firstBuildMs });
}, firstBuildMs);

afterAll(async () => {
  await slipway.stop();
  await removeState(state);
  await git.close();
});

async function request(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
  const sent = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
  const response = await fetch(`${slipway.url}/api/plugins${path}`, { method, ...sent });
  return { status: response.status, text: await response.text() };
}

/** Returns the version that answered, or the answer if it has no version. */
async function call(signal?: AbortSignal): Promise<{ version?: string; failure?: string }> {
  const body = JSON.stringify({ method: 'execute', params: { action: 'report', params: {} } });
  const headers = { 'content-type': 'application/json' };
  const options = { method: 'POST', headers, body, ...(signal ? { signal } : {}) };
  const response = await fetch(`${slipway.url}/api/plugins/reporter/call`, options);
  const text = await response.text();
  if (response.status !== 200) return { failure: `${response.status} ${text}` };
  return { version: answerSchema.parse(JSON.parse(text)).result.output.version };
}

/** Runs four callers until `end`, which returns the number of answers per version and the failures. */
function startCallers() {
  let isOver = false;
  onTestFinished(() => {
    isOver = true;
  });
  const answered = new Map<string, number>();
  const failures: string[] = [];
  const callers = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const { version, failure } = await call().catch((error: unknown) => ({ failure: String(error), version: '' }));
      if (failure !== undefined) failures.push(failure);
      else answered.set(version ?? '', (answered.get(version ?? '') ?? 0) + 1);
    }
  });
  const end = async () => {
    isOver = true;
    await Promise.all(callers);
    return {
      versions: [...answered.keys()],
      calls: [...answered.values()].reduce((sum, count) => sum + count),
      failures,
    };
  };
  return { answered, end };
}

async function isServed(version: string): Promise<void> {
  await waitFor(async () => expect((await call()).version).toBe(version), { interval: 20 });
}

test('no call from four callers fails during six updates and a rollback', { timeout: firstBuildMs }, async () => {
  const callers = startCallers();
  for (const version of updates) {
    await request('PUT', '/reporter', { version: `v${version}` });
    await isServed(version);
  }
  const { api_key: apiKey, namespace_id } = local;
  await new SlipwayClient({ baseUrl: slipway.url, apiKey }).post(
    '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback',
    { path: { namespace_id, slug: 'reporter' }, body: { kind: 'pipeline' } },
  );
  await isServed('1.5.0');
  const { versions: answering, calls, failures } = await callers.end();
  console.log(`${calls} calls, ${failures.length} failed`);
  expect(failures).toEqual([]);
  expect(answering.sort()).toEqual(versions);
});

/** Kills every isolate's workerd. */
function killIsolates(): void {
  const builders = listProcesses(state).filter(({ command }) => command.includes('builder/server/main.ts'));
  const below = new Set(builders.map(({ pid }) => pid));
  const all = allProcesses();
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  const found = all.filter(({ pid, command }) => below.has(pid) && /^\S*workerd serve --socket-fd=calls/.test(command));
  expect(found).not.toEqual([]);
  for (const { pid } of found) killProcess(pid);
}

test('the call after each SIGKILL of workerd is answered within 2 s, three times in a row', async () => {
  const times: number[] = [];
  for (let kills = 1; kills <= 3; kills++) {
    killIsolates();
    const startedAt = performance.now();
    expect(await call(AbortSignal.timeout(afterKillMs))).toEqual({ version: '1.5.0' });
    times.push(Math.round(performance.now() - startedAt));
  }
  console.log(`answered after ${times.join(', ')} ms`);
  expect((await request('GET', '/reporter')).text).toContain('"restarts":{"count":3,');
});

test('no call from four callers fails when workerd is killed', async () => {
  const callers = startCallers();
  killIsolates();
  await waitFor(() => expect(callers.answered.get('1.5.0') ?? 0).toBeGreaterThan(20));
  expect((await callers.end()).failures).toEqual([]);
});

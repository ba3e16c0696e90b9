// Tests that the log lines of requests, messages and ticks name their subject and organization.
import { createExecutionContext, createMessageBatch } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, test, vi } from 'vitest';
import { loggingDeps } from '../../src/api/middleware.ts';
import { messageOrganization } from '../../src/consume.ts';
import { crons } from '../../src/contract/limits/leases.ts';
import { jsonLog, withFields } from '../../src/core/log.ts';
import worker from '../../src/worker.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { testApp } from '../support/deps.ts';
import { organization } from '../support/scenes/organization.ts';
import { deploy, scene } from '../support/scenes/scene.ts';
import { failingMessage, refuseFailingMessage } from '../support/workers/failing-message.ts';

const requestId = expect.stringMatching(/^req_/);
const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
  const spies = (['error', 'warn'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(JSON.parse(line))),
  );
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
});

function logging() {
  const write = (line: string) => void lines.push(JSON.parse(line));
  return jsonLog({ info: write, warn: write, error: write });
}

test("a request's log line has its ID and its key's organization", async () => {
  const app = testApp({ log: logging() });
  const org = await organization({ fetch: app.fetch });
  lines.length = 0;
  const { headers } = await org.get('/v1/keys/self');
  const request_id = headers.get('slipway-request-id');
  expect(lines).toMatchObject([{ event: 'request', request_id, organization: org.id, path: '/v1/keys/self' }]);
});

test("work that fails after the response is logged with the request's ID", async () => {
  const app = testApp();
  const deferred: Promise<unknown>[] = [];
  const deps = { ...app.deps, log: logging(), defer: (work: Promise<unknown>) => void deferred.push(work) };
  loggingDeps(deps, () => ({ request_id: 'req_1' })).defer(Promise.reject(new Error('as the test says')));
  await Promise.all(deferred);
  expect(lines).toMatchObject([{ event: 'deferred.failed', request_id: 'req_1' }]);
});

test('a failed message is logged with its ID, type, subject and organization', async () => {
  const s = await scene({});
  const { id } = await deploy(s);
  expect(await messageOrganization(s.deps, { v: 1, type: 'advance-deployment', id })).toBe(s.actor.organizationId);
  await refuseFailingMessage();
  const sent = { id: crypto.randomUUID(), attempts: 1, body: failingMessage, timestamp: new Date() };
  await worker.queue(createMessageBatch('slipway-artifacts', [sent]), env, createExecutionContext());
  const { id: subject, type } = failingMessage;
  const queue = 'slipway-artifacts';
  expect(lines).toMatchObject([
    { event: 'queue.failed', queue, message: sent.id, type, id: subject, request_id: requestId, attempts: 1 },
  ]);
});

test("log lines from a tick's steps have the tick's ID", async () => {
  const scheduled = { cron: crons.sweep, scheduledTime: 0, noRetry: () => {} };
  const DB = pausedD1(env.DB, () => Promise.reject(new Error('D1_ERROR: gone')));
  await worker.scheduled(scheduled, { ...env, DB }, createExecutionContext());
  const [first] = lines;
  expect(first).toMatchObject({ event: 'sweep.failed', cron: crons.sweep, request_id: requestId });
  expect(new Set(lines.map(({ request_id }) => request_id))).toEqual(new Set([first?.request_id]));
});

test('the fields of a log line override those of its request', () => {
  withFields(logging(), () => ({ organization: 'org_1', id: 'outer' })).warn('something', { id: 'inner' });
  expect(lines).toEqual([{ level: 'warn', event: 'something', organization: 'org_1', id: 'inner' }]);
});

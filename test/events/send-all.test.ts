// Tests a sweep's messages: many are sent in one queue request, and the queue may refuse some.
import { expect, test } from 'vitest';
import { sweepLimits } from '../../src/contract/limits/leases.ts';
import type { Message } from '../../src/contract/messages.ts';
import { idSource } from '../../src/core/ids.ts';
import { sendAll } from '../../src/events/send-all.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const ids = idSource(() => Date.now());

function messages(count: number): Message[] {
  return Array.from({ length: count }, () => ({ v: 1, type: 'advance-upload', id: ids('upload') }));
}

/** Returns a queue that refuses requests containing any of these messages. */
function queueThatRefuses(refused: readonly Message[]) {
  const requests: Message[][] = [];
  const failed: [event: string, fields: unknown][] = [];
  const sendBatch = async (batch: { body: Message }[]) => {
    const bodies = batch.map(({ body }) => body);
    requests.push(bodies);
    if (bodies.some((body) => refused.includes(body))) throw new Error('the queue refuses it');
  };
  const { queues } = losingQueues();
  const error = (event: string, fields?: object) => void failed.push([event, fields]);
  const deps = { queues: { ...queues, scans: { ...queues.scans, sendBatch } }, log: { info() {}, warn() {}, error } };
  return { deps, requests, failed };
}

test('a hundred messages are sent in one request', async () => {
  const { deps, requests, failed } = queueThatRefuses([]);
  const all = messages(250);
  expect(await sendAll(deps, 'scans', all)).toEqual(all);
  expect(requests.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect([requests.flat(), failed]).toEqual([all, []]);
});

test('a message that the queue refuses is logged, and the other ninety-nine are sent', async () => {
  const all = messages(100);
  for (const [nth, refused] of all.entries()) {
    const { deps, failed } = queueThatRefuses([refused]);
    const others = all.filter((message) => message !== refused);
    expect(await sendAll(deps, 'scans', all), `${nth}`).toEqual(others);
    expect(failed).toEqual([['sweep.row_failed', expect.objectContaining({ id: refused.id })]]);
  }
});

test('a queue that refuses everything gets ten requests', async () => {
  const all = messages(1000);
  const { deps, requests, failed } = queueThatRefuses(all);
  expect(await sendAll(deps, 'scans', all)).toEqual([]);
  expect(requests.length).toBe(sweepLimits.failedSends);
  const lost = failed.filter(([event]) => event === 'sweep.row_failed').length;
  expect(failed.at(-1)).toEqual(['sweep.not_sent', { queue: 'scans', messages: all.length - lost }]);
});

test('an empty list of messages causes no request', async () => {
  const { deps, requests } = queueThatRefuses([]);
  expect(await sendAll(deps, 'scans', [])).toEqual([]);
  expect(requests).toEqual([]);
});

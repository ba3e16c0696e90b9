// Tests connections to an isolate. workerd closes a connection that has been idle for five seconds, and a call sent at that moment gets
// no answer.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { IsolateProcess } from '../../../builder/server/isolates/isolate-process.ts';
import { LogWriter } from '../../../builder/server/processes/log-writer.ts';
import { Cancellation } from '../../../builder/server/processes/plugin-call.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { newFolder } from '../support.ts';

/** workerd's idle time, which is not configurable. */
const idleMs = 5000;

test('the builder closes an idle connection to an isolate before workerd would', async () => {
  const isolate = createServer((_, response) => response.end('{}'));
  isolate.keepAliveTimeout = 0;
  const closed = new Promise((resolve) => {
    isolate.on('connection', (connection) => {
      connection.setTimeout(idleMs, () => resolve('by the isolate'));
      connection.on('end', () => resolve('by the builder'));
    });
  });
  const socket = join(newFolder(), 'calls');
  await once(isolate.listen(socket), 'listening');
  const command = { file: 'sleep', args: ['600'], env: {}, endSignal: 'SIGKILL' as const };
  const log = new LogWriter(() => {}, 100, Date.now);
  const host = new IsolateProcess(command, socket, { limits: builderLimits, log, onCallEnded: () => {} });
  onTestFinished(async () => {
    await host.end('the test has ended');
    isolate.close();
  });
  const { callMs: limitMs } = builderLimits;
  const call = { body: new TextEncoder().encode('{}'), requestId: '', limitMs, cancellation: new Cancellation() };
  await host.call({ ...call, hold: () => () => {} });
  expect(await closed).toBe('by the builder');
});

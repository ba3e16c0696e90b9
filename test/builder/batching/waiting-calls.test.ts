// Tests the calls that wait for a process, in the builder's own process.
import { expect, onTestFinished, test, vi } from 'vitest';
import { Refusal } from '../../../builder/server/core/refusal.ts';
import { WaitingCalls } from '../../../builder/server/instances/waiting-calls.ts';
import { Cancellation } from '../../../builder/server/processes/plugin-call.ts';

test('a stopped instance keeps no timer, which would keep `slipway test` running', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const waiting = new WaitingCalls();
  const body = new Uint8Array();
  const call = { body, requestId: '', cancellation: new Cancellation(), limitMs: 30_000, hold: () => () => {} };
  const entry = { call, since: 0, until: performance.now() + 30_000, resolve: () => {}, reject: () => {} };
  waiting.add(entry);
  waiting.take(entry);
  waiting.rejectAll(() => new Refusal('instance-gone', 'Stopped.'));
  expect(vi.getTimerCount()).toBe(0);
});

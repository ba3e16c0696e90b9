// Tests how long a command that follows something continues without an answer.
import { expect, test } from 'vitest';
import { Outage } from '../../../src/cli/connection/outage.ts';
import { ConnectionError } from '../../../src/client/errors.ts';
import { following } from '../../../src/contract/limits/event-streams.ts';

const refused = new ConnectionError('http://127.0.0.1:1', new Error('refused'));
const waiting = 'trying again for up to 120 s';

test('an outage is endured up to the limit, and starts again after an answer', () => {
  let now = 0;
  const warnings: string[] = [];
  const outage = new Outage(
    (text) => warnings.push(text),
    () => now,
  );
  const endure = () => outage.endure(refused);
  endure();
  now = following.outageMaxMs;
  expect(endure).not.toThrow();
  now += 1;
  expect(endure).toThrow(refused);
  expect(warnings).toEqual([`Connection to http://127.0.0.1:1 failed: refused; ${waiting}`]);
  outage.end();
  expect(endure).not.toThrow();
  expect(warnings).toHaveLength(2);
});

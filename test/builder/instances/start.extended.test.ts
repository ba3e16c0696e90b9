// Tests starts that are killed from outside, and one of a large archive.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeZip } from '../../support/archives/zip-writer.ts';
import { bytesOf, joined, noise } from '../../support/bytes.ts';
import { eventually, handler, refusal, TestBuilder } from '../support.ts';
import { summary } from './event-summary.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a start whose process is killed from outside fails with process-killed: %s',
  async (signal) => {
    const spec = await builder.putPlugin({ 'realtime.py': 'import time\nprint("loading")\ntime.sleep(60)\n' });
    const started = builder.put(`dep_${signal}`, spec);
    await eventually(() => builder.logs(`dep_${signal}`)).toEqual(['stdout: loading']);
    const [first] = builder.workers(); // the others end with the first one
    if (first !== undefined) process.kill(first, signal);
    expect(summary(await started).at(-1)).toMatch(/^failed process-killed: The process exited: signal /);
    await eventually(() => builder.workers()).toEqual([]);
  },
);

test('a start fails because of a zip at the end of a compressed file in a large archive', async () => {
  const spec = await builder.putPlugin({
    ...handler('def predict(self, request):\n    return {}'),
    // A confirm reads only the first bytes of an archive of this size.
    'models/large.bin': noise(17 * 1024 * 1024),
    'models/w.bin': joined([bytesOf('x'.repeat(100_000)), writeZip([{ name: 'evil.py', data: 'import os' }])]),
  });
  const last = summary(await builder.put('dep_failing', spec)).at(-1);
  expect(last).toMatch(/^failed archive-invalid: Nested archive: models\/w\.bin \(a zip at the end of the file\)/);
  expect((await builder.status('dep_failing')).state).toBe('failed');
  expect(refusal(await builder.invoke('dep_failing'))).toBe('404 instance-gone');
});

// Tests a builder on a machine without Git and Go. It starts, reports what is missing, and refuses only requests that need it.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { handler, newFolder, refusal, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ env: { PATH: newFolder(), PYTHON: inject('python') } });
});
afterAll(() => builder.close());

const noGit = 'Git is not on PATH. Install Git 2.39 or newer and restart the builder.';
const noGo = 'Go is not on PATH. Install Go 1.24 or newer and restart the builder.';

test("a builder's health without Go and Git reports both as missing, with the fix", async () => {
  const { body } = await builder.send('GET', '/health');
  expect(body).toMatchObject({
    capabilities: {
      sources: { available: false, reason: noGit },
      builds: { available: false, reason: noGo },
    },
  });
});

test('a builder without Go and Git runs Python plugins', async () => {
  const id = await builder.run(handler('def predict(self, request):\n    return request'));
  expect(await builder.result(id, { text: 'x' })).toMatchObject({ text: 'x' });
});

test.each([
  ['/sources', { repository: 'https://git.example.com/a.git', ref: 'main' }, noGit],
  ['/builds', { runtime: 'go', archive: 'ab'.repeat(32), commit: null, scope: 'plg_test' }, noGo],
])('POST %s is refused with the reason', async (path, body, reason) => {
  const answer = await builder.send('POST', path, JSON.stringify(body));
  expect(refusal(answer)).toBe('503 capability-missing');
  expect(answer.body).toMatchObject({ error: { message: reason } });
});

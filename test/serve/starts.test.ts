// Tests calls whose instance starts slowly: callers wait for as long as they announced, and the start continues.
import { expect, test } from 'vitest';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import { instanceState } from '../../src/serve/instance-state.ts';
import { organization } from '../support/scenes/organization.ts';
import { overview } from '../support/scenes/scene.ts';
import { answered, call, sleeping } from './starting.ts';

test.each(['instance-gone', 'instance-starting'] as const)(
  'a call that gets %s waits until the instance has started, and runs once',
  async (code) => {
    const { s, seen, builder, begin } = await sleeping(code);
    const calling = call(s, builder);
    await expect.poll(() => seen.starts).toBe(1);
    begin();
    expect((await calling).answer).toEqual(answered);
    expect(seen).toMatchObject({ starts: 1, calls: 1 });
  },
);

test('an instance is shown as starting while its container starts', async () => {
  const { s } = await sleeping();
  const status = () => Promise.reject(new BuilderError('instance-starting', 'its container starts'));
  const { serving } = await overview(s);
  expect(await instanceState({ builder: { ...s.deps.builder, status } }, serving)).toMatchObject({
    state: 'starting',
    error: null,
  });
});

test.each([
  ['121', 422],
  ['soon', 422],
  ['60', 404],
])('the header Slipway-Start-Timeout: %s returns %s', async (seconds, status) => {
  const org = await organization();
  const headers = { 'slipway-start-timeout': seconds };
  const answer = await org.send('POST', `${org.plugins}/by-name/nothing/realtime`, { body: { inputs: {} }, headers });
  expect(answer.status).toBe(status);
});

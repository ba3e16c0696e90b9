// Tests that a second builder on a state folder exits before it touches anything, and leaves the first one's instances running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { handler, mainScript, TestBuilder, token } from './support.ts';

test('a second builder on the same state folder exits with one sentence, and the first one goes on', async () => {
  const builder = await TestBuilder.start();
  onTestFinished(() => builder.close());
  const first = await builder.run(handler('def predict(self, request): return {"of": "first"}'));
  const { stateFolder } = builder;
  const before = readdirSync(stateFolder, { recursive: true }).sort();
  const env = { ...process.env, BUILDER_TOKEN: token, BUILDER_PORT: '0', BUILDER_STATE: stateFolder };
  const rival = spawn(process.execPath, [mainScript], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [[code], printed] = await Promise.all([once(rival, 'exit'), text(rival.stderr)]);
  expect([code, printed]).toEqual([
    1,
    `builder: another builder uses the state folder ${stateFolder}. Stop it first, or set BUILDER_STATE to another folder.\n`,
  ]);
  expect(readdirSync(stateFolder, { recursive: true }).sort()).toEqual(before);
  expect(await builder.result(first)).toEqual({ of: 'first' });
  const second = await builder.run(handler('def predict(self, request): return {"of": "second"}'));
  expect(await builder.result(second)).toEqual({ of: 'second' });
});

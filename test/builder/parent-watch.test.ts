// Tests that a builder ends if its parent exits during the builder's start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const child = `
  import { onParentExit } from './builder/server/processes/parent-watch.ts';
  while (process.connected) await new Promise((resolve) => setImmediate(resolve));
  setInterval(() => {}, 1000);
  onParentExit(() => process.exit(7));
`;

test('a parent that exits during the start is detected', async () => {
  const started = spawn(process.execPath, ['--input-type=module', '--eval', child], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  started.disconnect();
  expect(await once(started, 'exit')).toEqual([7, null]);
});

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Starts the script on a Node that says it is version 20, like the one on a fresh machine. */
function startOnNode20(script: string, env: NodeJS.ProcessEnv) {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.2' } });`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, script];
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, stderr };
}

test.each([
  ['scripts/start.js', 'slipway'],
  ['scripts/test.js', 'npm test'],
])('%s names the commands that install the missing Node', (script, prefix) => {
  expect(startOnNode20(script, { npm_lifecycle_event: 'start' })).toEqual({
    status: 1,
    stderr: `${prefix}: the checkout's own Node is not installed. Run \`npm ci\`, or \`npm ci --ignore-scripts=false\` if npm's install scripts are off.\n`,
  });
});

test('a script that an old Node starts directly names the command that uses its own', () => {
  expect(startOnNode20('scripts/start.js', {})).toEqual({
    status: 1,
    stderr: 'slipway: Node 20.19.2 is too old; Node 24 is required. Run `npm start`, which uses its own Node.\n',
  });
});

// Tests that `slipway mcp` leaves no process of a plugin behind if it ends while its `test` tool runs the plugin.
import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';
import { descendantsOf } from '../../../builder/builds/striking.ts';
import { processText } from '../../../builder/live-files.ts';
import { folderOf, ownVariables, plugin } from '../../../cli/slipway.ts';
import { waitUntil } from '../../../support/waiting.ts';

const sleeps = `import time
import unittest


class SleepTest(unittest.TestCase):
    def test_sleep(self):
        time.sleep(600)
`;

test.each<[string, (author: ChildProcess) => void]>([
  ['SIGTERM', (author) => void author.kill('SIGTERM')],
  ['the end of its input', (author) => void author.stdin?.end()],
])('after %s, no process of the plugin is left, and nothing is logged', async (_, end) => {
  const cwd = folderOf({ ...plugin, 'tests/test_sleep.py': sleeps });
  const author = spawn(process.execPath, [inject('cli'), 'mcp'], { cwd, env: ownVariables(), stdio: 'pipe' });
  author.stdout.resume();
  const log = text(author.stderr);
  const exit = new Promise((resolve) => author.once('exit', (...how) => resolve(how)));
  const initialize = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1.0.0' },
  };
  for (const message of [
    { id: 0, method: 'initialize', params: initialize },
    { id: 1, method: 'tools/call', params: { name: 'test', arguments: { folder: '.' } } },
  ])
    author.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const started = () => descendantsOf(author.pid ?? 0);
  const isPlugin = (pid: number) => processText(pid, 'cmdline').includes('tryout.py');
  await waitUntil(() => started().some(isPlugin));
  const processes = started();
  end(author);
  expect([await exit, await log]).toEqual([[0, null], '']);
  await waitUntil(() => processes.every((pid) => processText(pid, 'cmdline') === ''));
});

// Ends `slipway mcp` while its `test` tool runs a plugin.
import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished } from 'vitest';
import { descendantsOf } from '../../../builder/builds/striking.ts';
import { liveNames, processText } from '../../../builder/live-files.ts';
import { folderOf, ownVariables, plugin } from '../../../cli/slipway.ts';
import { waitUntil } from '../../../support/waiting.ts';

/** Number of threads by which a sleeping plugin is recognized. */
const threads = 12;
const imports = 'import time\nfrom concurrent.futures import ThreadPoolExecutor\n';
/** Python code that sleeps longer than any test takes. */
const sleeps = `with ThreadPoolExecutor(${threads}) as pool:
            list(pool.map(time.sleep, [600] * ${threads}))
`;

const sleeping: Record<string, Record<string, string>> = {
  'an example': {
    'realtime.py': `${imports}

class SleepingInferenceService:
    def run_inference(self, inputs, parameters):
        ${sleeps}`,
    'tests/examples/first.json': '{"inputs": {}}\n',
  },
  'a test': {
    'tests/test_sleep.py': `${imports}import unittest


class SleepTest(unittest.TestCase):
    def test_sleep(self):
        ${sleeps}`,
  },
};

const endings: Record<string, (author: ChildProcess) => void> = {
  SIGTERM: (author) => void author.kill('SIGTERM'),
  'the end of its input': (author) => void author.stdin?.end(),
};

/** A time below the limit of two minutes after which a plugin's tests are ended anyway. */
const endsWithin = { timeout: 60_000 };

/** Without a sandbox, nothing but the command itself ends the processes. */
export const unconfined = { BUILDER_SANDBOX: 'none' };

/** Expects that no process of the plugin is left after the ending, and that nothing is logged then. */
export async function leavesNoProcess(ending: string, what: string, env: Record<string, string>): Promise<void> {
  const cwd = folderOf({ ...plugin, ...sleeping[what] });
  const author = spawn(process.execPath, [inject('cli'), 'mcp'], { cwd, env: ownVariables(env), stdio: 'pipe' });
  onTestFinished(() => void author.kill('SIGKILL'));
  const log = text(author.stderr);
  let exit: [code: number | null, signal: string | null] | undefined;
  author.once('exit', (...how) => {
    exit = how;
  });
  const clientInfo = { name: 'test', version: '1.0.0' };
  const call = { name: 'test', arguments: { folder: '.' } };
  for (const [nth, [method, params]] of [
    ['initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }] as const,
    ['tools/call', call] as const,
  ].entries())
    author.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: nth, method, params })}\n`);
  const { pid = 0 } = author;
  const isAsleep = (one: number) => liveNames(`/proc/${one}/task`).length > threads;
  await waitUntil(() => descendantsOf(pid).some(isAsleep));
  const started = descendantsOf(pid);
  endings[ending]?.(author);
  await waitUntil(() => exit, endsWithin);
  expect([exit, await log]).toEqual([[0, null], '']);
  await waitUntil(() => started.every((one) => processText(one, 'cmdline') === ''), endsWithin);
}

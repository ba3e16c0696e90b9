// Tests that `slipway mcp` leaves no process of a plugin behind, however it ends and whatever its `test` tool runs then.
import { test } from 'vitest';
import { leavesNoProcess, unconfined } from './author-endings.ts';

const cases: [ending: string, what: string, where: string, env: Record<string, string>][] = [
  ['SIGTERM', 'an example', 'in the sandbox', {}],
  ['the end of its input', 'an example', 'unconfined', unconfined],
  ['the end of its input', 'a test', 'in the sandbox', {}],
  ['the end of its input', 'a test', 'unconfined', unconfined],
];

test.each(cases)('after %s during %s %s, no process of the plugin is left', async (ending, what, _, env) => {
  await leavesNoProcess(ending, what, env);
});

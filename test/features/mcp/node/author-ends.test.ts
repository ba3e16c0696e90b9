// Tests that `slipway mcp` leaves no process of a plugin behind if it ends while its `test` tool runs the plugin.
import { test } from 'vitest';
import { leavesNoProcess, unconfined } from './author-endings.ts';

test('after SIGTERM during a test unconfined, no process of the plugin is left', async () => {
  await leavesNoProcess('SIGTERM', 'a test', unconfined);
});

// Tests that callers learn what is wrong with inputs that a plugin failed on, and that this doesn't count against the plugin.
import { expect, test } from 'vitest';
import { live } from './refusing-inputs.ts';

test.each([
  ['nothing', {}, 'text: expected a value, got nothing', 'KeyError'],
  ['a number', { text: 3 }, 'text: expected string, got 3', 'AttributeError'],
  ['a list that is too short', { text: 'a', items: [1] }, 'items: ', 'IndexError'],
])('a call with %s fails with the place of what its schema refuses', async (_, inputs, problem, raised) => {
  const { call, counts } = await live();
  const { error, status } = await call(inputs);
  expect(status).toBe('error');
  expect(error).toContain(`InvalidInput: The inputs don't match the plugin's input_schema: ${problem}`);
  expect(error).toContain(`. It failed with ${raised}: `);
  await expect.poll(counts).toMatchObject({ calls: 1, errors: 0, invalid_inputs: 1 });
});

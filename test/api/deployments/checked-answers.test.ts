// Tests answers that don't match the manifest. They are an error if the caller asks for the check, and a counted warning otherwise.
import { expect, test } from 'vitest';
import { live, warning } from './checking.ts';

test("a call returns the plugin's answer, and its mismatch is counted and logged", async () => {
  const { call, clock, counts, warnings } = await live();
  expect(await call({ size: 'many' })).toMatchObject({ status: 'success', raw_response: { size: 'many' } });
  await expect.poll(warnings).toEqual([warning]);
  clock.advance(1_000);
  await call({ size: 3 });
  await expect.poll(counts).toMatchObject({ calls: 2, errors: 0, checked: 2, mismatched: 1 });
});

test.each(['/by-name/hello_ext/realtime', '/hello_ext_1_0_0/realtime/test'])(
  "a mismatch with check_output is an error that contains the plugin's answer: %s",
  async (path) => {
    const { call, counts } = await live();
    expect(await call({ size: 'many' }, `${path}?check_output=true`)).toMatchObject({
      status: 'error',
      error: 'OutputMismatch: size: expected integer, got "many"',
      message: 'The answer does not match manifest.py',
      raw_response: { size: 'many' },
      response_keys: ['size'],
    });
    expect(await call({ size: 3 }, `${path}?check_output=true`)).toMatchObject({ status: 'success', error: null });
    expect(await counts()).toMatchObject({ calls: 2, checked: 0 });
  },
);

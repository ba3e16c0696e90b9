// Tests how often answers are checked and logged, and patterns that would take long.
import { expect, test } from 'vitest';
import { live, warning } from './checking.ts';

test('a second mismatch within a minute is counted but not logged', async () => {
  const { call, clock, counts, warnings } = await live();
  for (let n = 0; n < 3; n++) {
    await call({ size: 'many' });
    clock.advance(1_000);
  }
  await expect.poll(counts).toMatchObject({ checked: 3, mismatched: 3 });
  expect(await warnings()).toEqual([warning]);
});

test('answers are checked at most once per second', async () => {
  const { call, counts } = await live();
  for (let n = 0; n < 3; n++) await call({ size: 'many' });
  await expect.poll(counts).toMatchObject({ calls: 3, checked: 1, mismatched: 1 });
});

test("a pattern that would stall JavaScript's engine is matched", async () => {
  const { call } = await live();
  const answer = await call({ code: `${'a'.repeat(20_000)}!` }, '/by-name/hello_ext/realtime?check_output=true');
  expect(answer).toMatchObject({ status: 'error', error: expect.stringMatching(/^OutputMismatch: code: /) });
});

// Tests slots shared by organizations: which work waits, and in which order it runs.
import { expect, test } from 'vitest';
import { FairSlots } from '../../../builder/server/core/fair-slots.ts';

/** Starts work named like `a1` for organization `a`. Returns the list of started work, and a function that ends work by name. */
function slots(total: number, perOrganization: number) {
  const fair = new FairSlots(total, perOrganization);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (...names: string[]) => {
    for (const name of names)
      void fair.run(name.charAt(0), () => {
        started.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { run, end, started };
}

test("an organization's work waits only for its own", async () => {
  const { run, end, started } = slots(4, 2);
  run('a1', 'a2', 'a3', 'b1');
  expect(started).toEqual(['a1', 'a2', 'b1']);
  await end('b1');
  expect(started).toEqual(['a1', 'a2', 'b1']);
  await end('a1');
  expect(started).toEqual(['a1', 'a2', 'b1', 'a3']);
});

test('the organization with the least running work is next when all slots are taken, however long others have waited', async () => {
  const { run, end, started } = slots(3, 2);
  run('a1', 'a2', 'b1', 'a3', 'b2', 'c1');
  expect(started).toEqual(['a1', 'a2', 'b1']);
  await end('a1');
  expect(started.slice(3)).toEqual(['c1']);
  await end('c1');
  expect(started.slice(4)).toEqual(['a3']);
  await end('a2');
  expect(started.slice(5)).toEqual(['b2']);
});

test('waiting organizations take turns, however much work each has', async () => {
  const { run, end, started } = slots(1, 1);
  run('a1', 'a2', 'a3', 'b1', 'b2');
  for (const name of ['a1', 'b1', 'a2', 'b2']) await end(name);
  expect(started).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

test('failed work frees its slot', async () => {
  const fair = new FairSlots(1, 1);
  await expect(fair.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await fair.run('b', async () => 'ran')).toBe('ran');
});

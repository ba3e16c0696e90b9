// Tests equal work requested by several organizations: who runs it, and who gets the result.
import { expect, test } from 'vitest';
import { EqualWork } from '../../../builder/server/core/equal-work.ts';
import { FairSlots } from '../../../builder/server/core/fair-slots.ts';

/** Requests work named like `a:x`: organization `a` wants `x`. Running work is named after its first requester; `end` ends it. */
function equalWork(total: number, perOrganization: number) {
  const work = new EqualWork<{ startedBy: string }>(new FairSlots(total, perOrganization));
  const started: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const answers: Record<string, string> = {};
  const request = (...names: string[]) => {
    for (const name of names) {
      const [organization = '', key = ''] = name.split(':');
      const start = () => {
        started.push(name);
        const end = Promise.withResolvers<void>();
        ends.set(name, end);
        return { run: { startedBy: name }, ended: end.promise };
      };
      void work.join({ organization, key }, start).then(({ startedBy }) => {
        answers[name] = startedBy;
      });
    }
  };
  const settle = () => new Promise(setImmediate);
  const end = async (name: string) => {
    ends.get(name)?.resolve();
    await settle();
  };
  const fail = async (name: string) => {
    ends.get(name)?.reject(new Error('it failed'));
    await settle();
  };
  return { request, settle, end, fail, started, answers };
}

test('running work is shared by all organizations that request it', async () => {
  const { request, settle, started, answers } = equalWork(4, 2);
  request('a:x', 'a:x', 'b:x');
  await settle();
  expect(started).toEqual(['a:x']);
  expect(answers).toEqual({ 'a:x': 'a:x', 'b:x': 'a:x' });
});

test("work queued by another organization runs in the requester's own slot, and both get the answer", async () => {
  const { request, settle, end, started, answers } = equalWork(4, 1);
  request('a:slow', 'a:x', 'b:x');
  await settle();
  expect(started).toEqual(['a:slow', 'b:x']);
  expect(answers).toEqual({ 'a:slow': 'a:slow', 'a:x': 'b:x', 'b:x': 'b:x' });
  await end('b:x');
  await end('a:slow');
  expect(started).toEqual(['a:slow', 'b:x']);
});

test('work queued by several organizations runs once, for the first one that gets a slot', async () => {
  const { request, end, started, answers } = equalWork(2, 1);
  request('a:slow', 'b:long', 'a:x', 'b:x', 'c:x');
  await end('b:long');
  expect(started).toEqual(['a:slow', 'b:long', 'c:x']);
  expect(answers).toMatchObject({ 'a:x': 'c:x', 'b:x': 'c:x', 'c:x': 'c:x' });
  await end('c:x');
  await end('a:slow');
  expect(started).toHaveLength(3);
});

test('work that another organization has completed keeps no slot, and can be requested again', async () => {
  const { request, settle, end, started } = equalWork(4, 1);
  request('a:slow', 'a:x', 'b:x');
  await settle();
  await end('b:x');
  request('b:x', 'a:y');
  await settle();
  expect(started).toEqual(['a:slow', 'b:x', 'b:x']);
  await end('a:slow');
  expect(started).toEqual(['a:slow', 'b:x', 'b:x', 'a:y']);
});

test('failed work frees its slot, and runs again when it is next requested', async () => {
  const { request, settle, fail, started } = equalWork(1, 1);
  request('a:x', 'b:y');
  await settle();
  await fail('a:x');
  expect(started).toEqual(['a:x', 'b:y']);
  request('b:x');
  await fail('b:y');
  expect(started).toEqual(['a:x', 'b:y', 'b:x']);
});

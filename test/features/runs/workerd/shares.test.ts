// Tests the order in which runs get processes: organizations take turns, and each has a quota.
import { expect, test } from 'vitest';
import { runScene } from '../scenes/run-scene.ts';
import { claims, quotaOf, splitInto } from '../scenes/shares.ts';

test('the next chunk comes from the organization with the fewest chunks in progress, however many runs another organization has', async () => {
  const many = await runScene();
  const first = await splitInto(many, 3);
  const second = await splitInto(many, 3);
  const few = await runScene();
  const small = await splitInto(few, 2);
  const order = (await claims(many, 6)).map((claimed) => claimed?.run.id);
  expect(order.slice(0, 2).toSorted()).toEqual([first.id, small.id].toSorted());
  expect(order.slice(2, 4).toSorted()).toEqual([first.id, small.id].toSorted());
  expect(order.slice(4)).toEqual([first.id, second.id]);
  for (const scene of [many, few]) await quotaOf(scene, 1);
  many.clock.advance(1);
  expect(await claims(many, 1)).toEqual([undefined]);
});

test('a run has no more processes than requested, and each process takes a slot', async () => {
  const scene = await runScene();
  await splitInto(scene, 4, 3);
  const claimed = await claims(scene, 4);
  expect(claimed.map((one) => one?.chunk.slot)).toEqual([0, 1, 2, undefined]);
  expect(claimed.map((one) => one?.chunk.number)).toEqual([0, 1, 2, undefined]);
});

// Tests an isolate's memory budget: work that waits for memory, and work that doesn't have to.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Room } from '../../src/core/room.ts';

/** Starts work that ends when the test says so. */
function begun(room: Room, amount: number, owner?: string) {
  const started = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const state = { hasStarted: false };
  const done = room.use(
    amount,
    async () => {
      state.hasStarted = true;
      started.resolve();
      await end.promise;
    },
    owner,
  );
  return { state, started: started.promise, end: end.resolve, done };
}

test('work waits until there is memory, and smaller work goes ahead of it', async () => {
  const room = new Room({ size: 10, heldMs: 60_000 });
  const first = begun(room, 6);
  await first.started;
  const large = begun(room, 5);
  const small = begun(room, 4);
  await small.started;
  expect(large.state.hasStarted).toBe(false);
  first.end();
  await large.started;
  for (const { end, done } of [small, large]) {
    end();
    await done;
  }
});

test('work larger than the budget runs alone', async () => {
  const room = new Room({ size: 10, heldMs: 60_000 });
  const large = begun(room, 1000);
  await large.started;
  const small = begun(room, 1);
  large.end();
  await large.done;
  await small.started;
  small.end();
  await small.done;
});

test('failed work frees its memory', async () => {
  const room = new Room({ size: 1, heldMs: 60_000 });
  await expect(room.use(1, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await room.use(1, async () => 'next')).toBe('next');
});

test('work that ended without leaving frees its memory after a while', async () => {
  const room = new Room({ size: 1, heldMs: 0 });
  await room.enter(1);
  expect(await room.use(1, async () => 'next')).toBe('next');
});

test('work sees that other work is waiting, and stops seeing it afterwards', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  try {
    const room = new Room({ size: 1, heldMs: 60_000 });
    const first = begun(room, 1);
    expect(room.isWaitedFor()).toBe(false);
    const second = begun(room, 1);
    expect(room.isWaitedFor()).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(room.isWaitedFor()).toBe(true);
    first.end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([second.state.hasStarted, room.isWaitedFor()]).toEqual([true, false]);
    second.end();
    await Promise.all([first.done, second.done]);
  } finally {
    vi.useRealTimers();
  }
});

test('an owner with three waiting tasks goes after an owner that has not had a turn', async () => {
  const room = new Room({ size: 1, heldMs: 60_000 });
  const first = begun(room, 1, 'one');
  await first.started;
  const later = [1, 2, 3].map(() => begun(room, 1, 'one'));
  const other = begun(room, 1, 'other');
  first.end();
  await other.started;
  expect(later.map(({ state }) => state.hasStarted)).toEqual([false, false, false]);
  for (const { end } of [other, ...later]) end();
  await Promise.all(later.map(({ done }) => done));
});

test('owners take turns, however much work each has', async () => {
  const room = new Room({ size: 1, heldMs: 60_000 });
  const order: string[] = [];
  const noted = async (owner: string) => {
    order.push(owner);
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await Promise.all(['a', 'a', 'a', 'b', 'b', 'c'].map((owner) => room.use(1, () => noted(owner), owner)));
  expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
});

test('an owner uses all memory that nobody else waits for', async () => {
  const room = new Room({ size: 2, heldMs: 60_000 });
  const works = [begun(room, 1, 'one'), begun(room, 1, 'one')];
  for (const { started } of works) await started;
  for (const { end, done } of works) {
    end();
    await done;
  }
});

test('waiting work that ended without leaving blocks no other owner', async () => {
  const room = new Room({ size: 1, heldMs: 60_000 });
  const first = begun(room, 1, 'one');
  await first.started;
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  void begun(room, 1, 'ended');
  vi.useRealTimers(); // It never checks again.
  first.end();
  const next = begun(room, 1, 'one');
  await next.started;
  next.end();
  await next.done;
});

test('work that needs less than it reserved frees the excess', async () => {
  const room = new Room({ size: 10, heldMs: 60_000 });
  const first = await room.enter(1000);
  first.shrinkTo(4);
  const second = await room.enter(6);
  const third = begun(room, 1);
  expect(third.state.hasStarted).toBe(false);
  second.leave();
  await third.started;
  third.end();
  await third.done;
  first.leave();
});

test('work that stops waiting takes no memory and blocks nobody', async () => {
  const room = new Room({ size: 1, heldMs: 60_000 });
  const first = begun(room, 1, 'one');
  await first.started;
  const whileWaiting = () => Promise.reject(new Error('out of time'));
  await expect(room.enter(1, { owner: 'other', whileWaiting })).rejects.toThrow('out of time');
  const next = begun(room, 1, 'one');
  first.end();
  await first.done;
  await next.started;
  next.end();
  await next.done;
});

test('an owner gets no more than its share, however much is free, and others can use the rest', async () => {
  const room = new Room({ size: 10, perOwner: 6, heldMs: 60_000 });
  const first = await room.enter(5, { owner: 'one' });
  const more = begun(room, 2, 'one');
  const other = await room.enter(4, { owner: 'other' });
  expect([more.state.hasStarted, room.taken]).toEqual([false, 9]);
  other.leave();
  first.leave();
  await more.started;
  more.end();
  await more.done;
  expect(room.taken).toBe(0);
});

test('small work can use its reserved share while large work waits', async () => {
  const room = new Room({ size: 10, keptForSmall: 2, heldMs: 60_000 });
  const first = await room.enter(8, { owner: 'one' });
  const large = begun(room, 1, 'other');
  const small = await room.enter(2, { owner: 'other', isSmall: true });
  expect(large.state.hasStarted).toBe(false);
  first.leave();
  small.leave();
  await large.started;
  large.end();
  await large.done;
});

test('work grows only if there is memory immediately, and otherwise counts as waiting for memory', async () => {
  const room = new Room({ size: 10, heldMs: 60_000 });
  const first = await room.enter(4);
  const second = await room.enter(4);
  expect([first.growTo(6), room.isWaitedFor()]).toEqual([true, false]);
  expect([second.growTo(5), room.isWaitedFor()]).toEqual([false, true]);
  first.leave();
  expect([second.growTo(10), room.taken]).toEqual([true, 10]);
});

describe('checks of waiting work', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test.each([
    ['an owner', 'org'],
    ['no owner', undefined],
  ])('work of %s that has waited long checks as often as new work', async (_, owner) => {
    const room = new Room({ size: 1, heldMs: 60_000 });
    const first = await room.enter(1);
    const waiting = begun(room, 1, owner);
    await vi.advanceTimersByTimeAsync(5_000);
    first.leave();
    await vi.advanceTimersByTimeAsync(20);
    expect(waiting.state.hasStarted).toBe(true);
    waiting.end();
    await waiting.done;
  });

  test.each([
    ['small', true],
    ['large', false],
  ])('%s work checks less often if much of it waits', async (_, isSmall) => {
    const room = new Room({ size: 1, heldMs: 60_000 });
    await room.enter(1);
    let checks = 0;
    const whileWaiting = async () => {
      checks++;
    };
    for (let at = 0; at < 200; at++) void room.enter(1, { owner: 'org', isSmall, whileWaiting });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(checks).toBeLessThanOrEqual(200 * 12);
  });
});

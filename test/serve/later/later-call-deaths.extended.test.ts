// Tests later calls whose worker dies: at each step, and what a sweep or another worker then does.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import { laterCalls } from '../../../src/contract/limits/serving.ts';
import { laterCallRows } from '../../../src/db/schema/calls.ts';
import { rotateCallbackSecret } from '../../../src/serve/later/callbacks/secret.ts';
import { claimNext } from '../../../src/serve/later/claim.ts';
import { findLater } from '../../../src/serve/later/later-calls.ts';
import { runCalls } from '../../../src/serve/later/run.ts';
import { sweepLaterCalls } from '../../../src/serve/later/sweep.ts';
import { textOf } from '../../support/json-text.ts';
import { accept, eventsOf, live } from '../../support/scenes/later-calls.ts';
import { waitFor } from '../../support/waiting.ts';

/** Too large for the call's row, as is the answer, which contains it. */
const large = { text: 'x'.repeat(laterCalls.rowBytes) };

describe('a worker that dies', () => {
  /** Returns a bucket that fails for the next object whose key has this ending. */
  const losing = (blobs: R2Bucket, end: string): R2Bucket =>
    new Proxy(blobs, {
      get: (target, name) => {
        if (name !== 'put') return Reflect.get(target, name).bind(target);
        return (key: string, ...rest: [string]) => {
          if (key.endsWith(end)) throw new Error('the worker died');
          return target.put(key, ...rest);
        };
      },
    });

  const rowsOf = ({ s }: Awaited<ReturnType<typeof live>>) =>
    s.deps.db.select().from(laterCallRows).where(eq(laterCallRows.organizationId, s.actor.organizationId));

  /** Returns a database whose next batch fails once the body is stored. */
  const dyingAfterBody = ({ deps }: Awaited<ReturnType<typeof live>>) => {
    let isStored = false;
    const blobs = new Proxy(deps.blobs, {
      get: (target, name) => {
        if (name === 'put') isStored = true;
        return Reflect.get(target, name).bind(target);
      },
    });
    const db = new Proxy(deps.db, {
      get: (target, name) => {
        if (name === 'batch' && isStored) throw new Error('the worker died');
        return Reflect.get(target, name);
      },
    });
    return { ...deps, blobs, db };
  };

  test.each(['its body', 'its acceptance'])('a call whose worker died before %s leaves nothing behind', async (at) => {
    const l = await live();
    await rotateCallbackSecret(l.deps, l.s.actor, l.s.namespaceId, 0);
    const deps = at === 'its body' ? { ...l.deps, blobs: losing(l.deps.blobs, '/body') } : dyingAfterBody(l);
    const callback = 'https://hooks.example.com/results';
    await expect(accept({ ...l, deps }, large, 'normal', callback)).rejects.toThrow('the worker died');
    await runCalls(l.deps, 'normal');
    const [row] = await rowsOf(l);
    expect(row).toMatchObject({ status: 'queued', runs: 0 });
    l.s.clock.advance(laterCalls.acceptedWithinMs);
    await sweepLaterCalls(l.deps);
    expect(await rowsOf(l)).toEqual([]);
    expect(await eventsOf(row?.id ?? '')).toEqual([]);
    expect((await env.ARCHIVES.list({ prefix: `later-calls/${row?.id}/` })).objects).toEqual([]);
  });

  test.each([true, false])(
    'a call that is stored too late is refused, and its body is deleted (swept: %s)',
    async (isSwept) => {
      const l = await live();
      let stored = '';
      const blobs = new Proxy(l.deps.blobs, {
        get: (target, name) => {
          if (name !== 'put') return Reflect.get(target, name).bind(target);
          return async (...given: [string, string]) => {
            [stored] = given;
            l.s.clock.advance(laterCalls.acceptedWithinMs);
            if (isSwept) await sweepLaterCalls(l.deps);
            return target.put(...given);
          };
        },
      });
      await expect(accept({ ...l, deps: { ...l.deps, blobs } }, large)).rejects.toMatchObject({ code: 'internal' });
      await sweepLaterCalls(l.deps);
      expect(await rowsOf(l)).toEqual([]);
      expect(stored).toMatch(/\/body$/);
      expect(await env.ARCHIVES.head(stored)).toBeNull();
    },
  );

  test('a call whose worker died before its answer was stored runs again, and ends once', async () => {
    const l = await live();
    const id = await accept(l, large);
    const deps = { ...l.deps, blobs: losing(l.deps.blobs, '/answer-1') };
    await expect(runCalls(deps, 'normal')).rejects.toThrow('the worker died');
    l.s.clock.advance(21_000);
    await sweepLaterCalls(l.deps);
    await runCalls(l.deps, 'normal');
    expect((await findLater(l.deps, l.s.actor, id)).call).toMatchObject({ status: 'succeeded', runs: 2 });
    const types = ['call.accepted', 'call.started', 'call.requeued', 'call.started', 'call.succeeded'];
    expect(await eventsOf(id)).toEqual(types);
  });

  test('a call that started in time does not expire because its worker died', async () => {
    const l = await live();
    const id = await accept(l);
    await claimNext(l.deps, 'normal');
    l.s.clock.advance(laterCalls.expiresInMs + 1);
    await sweepLaterCalls(l.deps);
    await runCalls(l.deps, 'normal');
    expect((await findLater(l.deps, l.s.actor, id)).call).toMatchObject({ status: 'succeeded', runs: 2 });
  });

  test('a call whose workers all die fails after the last run', async () => {
    const l = await live();
    const id = await accept(l);
    for (let run = 1; run <= laterCalls.runsMax; run += 1) {
      expect((await claimNext(l.deps, 'normal'))?.call).toMatchObject({ id, runs: run });
      l.s.clock.advance(21_000);
      await sweepLaterCalls(l.deps);
    }
    await runCalls(l.deps, 'normal');
    const { answer, call } = await findLater(l.deps, l.s.actor, id);
    expect(call.status).toBe('failed');
    const message = 'Slipway stopped trying to run the call: none of 4 tries ended. Send it again.';
    expect(answer?.parsed()).toMatchObject({ status: 'error', error: { type: 'CallInterrupted', message } });
  });

  test('a call that finds no capacity does not count as run, and waits', async () => {
    const l = await live();
    const id = await accept(l);
    const call = async () => {
      throw new BuilderError('instance-busy', 'It has 512 calls.');
    };
    const full = { ...l.deps, builder: { ...l.deps.builder, call } };
    for (let i = 0; i <= laterCalls.runsMax; i += 1) {
      await runCalls(full, 'normal');
      l.s.clock.advance(laterCalls.retryMs);
    }
    expect((await findLater(l.deps, l.s.actor, id)).call).toMatchObject({ status: 'queued', runs: 0 });
    await runCalls(l.deps, 'normal');
    expect((await findLater(l.deps, l.s.actor, id)).call).toMatchObject({ status: 'succeeded', runs: 1 });
  });

  test('a call that was lost with its batch runs again, and fails after four runs', async () => {
    const l = await live();
    const id = await accept(l);
    const call = async () => {
      throw new BuilderError('batch-lost', 'The call ran in a batch of 2. No response within 30000 ms.');
    };
    const lost = { ...l.deps, builder: { ...l.deps.builder, call } };
    for (let run = 1; run <= laterCalls.runsMax; run += 1) {
      expect((await findLater(l.deps, l.s.actor, id)).call).toMatchObject({ status: 'queued', runs: run - 1 });
      await runCalls(lost, 'normal');
      l.s.clock.advance(laterCalls.retryMs);
    }
    const { answer, call: ended } = await findLater(l.deps, l.s.actor, id);
    expect(ended).toMatchObject({ status: 'failed', runs: laterCalls.runsMax });
    expect(answer?.parsed()).toMatchObject({ error: { type: 'BatchLost' } });
  });

  test('a worker that lost its lease changes nothing, and the worker that has the lease ends the call', async () => {
    const l = await live();
    const id = await accept(l);
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = {
      ...l.deps,
      builder: {
        ...l.deps.builder,
        call: async () => {
          await promise;
          return { status: 'success' as const, result: textOf('late'), duration_ms: 1 };
        },
      },
    };
    const first = runCalls(slow, 'normal');
    await waitFor(async () => expect((await findLater(l.deps, l.s.actor, id)).call.status).toBe('running'));
    l.s.clock.advance(21_000);
    await sweepLaterCalls(l.deps);
    await runCalls(l.deps, 'normal');
    resolve();
    await first;
    const { answer, call } = await findLater(l.deps, l.s.actor, id);
    expect([call.status, call.runs]).toEqual(['succeeded', 2]);
    expect(answer?.parsed()).toMatchObject({ result: { request_id: call.requestId } });
    expect((await eventsOf(id)).filter((type) => type === 'call.succeeded')).toHaveLength(1);
  });
});

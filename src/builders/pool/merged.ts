// Requests that concern several builders: what must end everywhere, logs, and a fleet whose instances are spread.
import type { Builder } from '../../contract/builder/builder.ts';
import { BuilderError } from '../../contract/builder/errors.ts';
import { fleetInstanceId, fleetInstanceNumber, instanceDeploymentId, stands } from '../../contract/builder/fleets.ts';
import type { HeldLog } from '../../contract/builder/logs/chunk.ts';
import { memberFor } from './homes.ts';
import { type Member, type Pool, refreshView, serves } from './members.ts';

type Merged = Pick<Builder, 'stop' | 'cutOff' | 'deleteData' | 'logs' | 'logSources' | 'fleet'>;

/** An instance that moved, or was started by an isolate with another view, may be at several builders. */
export function mergedRequests(pool: Pool, builder: Builder, at: (member: Member) => Builder): Merged {
  const listed = async (counts = isKnown) => {
    await refreshView(pool);
    return [...pool.view.members.values()].filter(counts);
  };
  const everywhere = async <Result>(id: string, work: (one: Builder) => Promise<Result>, counts = isKnown) => {
    const all = isTemporary(id) ? [] : await listed(counts);
    if (all.length < 2) return [await work(builder)];
    const ended = await Promise.allSettled(
      all.map(async (member) => {
        if (member.isUp) return work(at(member));
        throw new BuilderError('unreachable', `The builder ${member.name} does not answer`);
      }),
    );
    return ended.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  };
  return {
    stop: async (id, options) => void (await everywhere(id, (one) => one.stop(id, options))),
    cutOff: async (id) => void (await everywhere(id, (one) => one.cutOff(id))),
    // A lost builder keeps the files, so the deletion waits until it answers or is removed.
    deleteData: async (id) =>
      (
        await everywhere(
          id,
          (one) => one.deleteData(id),
          () => true,
        )
      ).every(Boolean),
    logs: async (id, from) => {
      const all = (await listed()).filter(serves);
      if (all.length === 0) return builder.logs(id, from);
      return mergedLog(await Promise.allSettled(all.map((one) => at(one).logs(id, from))));
    },
    logSources: async () => (await Promise.all((await listed()).map((one) => at(one).logSources()))).flat(),
    fleet: (id, asked) => fleetOf(pool, builder, id, asked),
  };
}

/** Nothing runs on a lost builder as far as anyone knows. */
function isKnown({ isLost }: Member): boolean {
  return !isLost;
}

/** Returns whether only its home can have the instance: a run's, a batch test's, or a trial's. */
function isTemporary(id: string): boolean {
  return id !== instanceDeploymentId(id) && fleetInstanceNumber(id) === undefined;
}

/** Throws only if no builder answers. */
function mergedLog(all: PromiseSettledResult<HeldLog | undefined>[]): HeldLog | undefined {
  const failed = all.filter((one) => one.status === 'rejected');
  if (failed[0] && failed.length === all.length) throw failed[0].reason;
  const logs = all.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
  const states = logs.map(({ state }) => state).filter((state) => state !== null);
  const state = states.find((one) => one === 'ready') ?? states[0] ?? null;
  const chunks = logs.flatMap((one) => one.chunks).sort((a, b) => a.start - b.start);
  return logs.length === 0 ? undefined : { state, chunks };
}

/** The home of the first instance decides how many there are. It learns here what runs elsewhere. */
async function fleetOf(pool: Pool, builder: Builder, ...[id, asked]: Parameters<Builder['fleet']>) {
  const numbers = Array.from({ length: asked.scaling.max }, (_, n) => n + 1);
  await refreshView(pool);
  if (pool.view.members.size === 1) return builder.fleet(id, asked);
  const homes = await Promise.all(numbers.map((number) => memberFor(pool, fleetInstanceId(id, number), false)));
  const away = numbers.filter((_, n) => homes[n] !== homes[0]);
  if (away.length === 0) return builder.fleet(id, asked);
  const found = await Promise.all(
    away.map(async (number) => {
      const keepAwake = number <= asked.keep_awake;
      const status = await builder.status(fleetInstanceId(id, number), { keepAwake }).catch(() => undefined);
      return status ? [{ number, status }] : [];
    }),
  );
  const elsewhere = found.flat();
  const fleet = await builder.fleet(id, elsewhere.length > 0 ? { ...asked, elsewhere } : asked);
  const surplus = fleet.instances.filter(
    (one) => one.number > fleet.wanted && away.includes(one.number) && stands(one),
  );
  for (const { number } of surplus) pool.defer(builder.stop(fleetInstanceId(id, number)));
  return fleet;
}

// The client for several builders behind URLs (decision 137): each request goes to the home of its instance or build.
import type { Builder, Move } from '../../contract/builder/builder.ts';
import { stoppingHeader } from '../../contract/builder/instances.ts';
import { poolLimits } from '../../contract/limits/builder.ts';
import { askHealth, builderBy, inTrace, reportBuilder, sendByUrl } from '../client.ts';
import type { Send } from '../requests.ts';
import { memberFor, nextHome, setHome } from './homes.ts';
import { triesLenders } from './lenders.ts';
import { type Member, type Pool, refreshView, suspect } from './members.ts';
import { mergedRequests } from './merged.ts';
import { pinsData } from './pins.ts';
import { sendWatched, waitsForPlugin } from './watched-calls.ts';

/** Build hosts are texts' hashes, so that the same text gets the same builder. */
const buildHosts = 2 ** 32;

export function builderByPool(pool: Pool): Builder {
  const { sendOut, token, trace, view } = pool;
  const at = (member: Member) => builderAt(pool, member);
  const builder = builderBy(inTrace(sendByPool(pool), trace), buildHosts);
  const reports = async () => {
    await refreshView(pool);
    return Promise.all(
      Array.from(view.members.values(), async (member) => {
        const { mode, name, source, url } = member;
        const report = await reportBuilder({ name, url, source, mode }, () => askHealth({ url, token, sendOut }));
        return member.isLost ? { ...report, condition: 'lost' as const } : report;
      }),
    );
  };
  const stopAll: Builder['stopAll'] = async (name, idleMs) => {
    const member = view.members.get(name);
    if (member) await at(member).stopAll(name, idleMs);
  };
  const cancelCall: Builder['cancelCall'] = async (tag) => {
    await refreshView(pool);
    const up = [...view.members.values()].filter(({ isUp }) => isUp);
    await Promise.all(up.map((member) => at(member).cancelCall(tag)));
  };
  const relist = () => {
    view.listedAt = Number.NEGATIVE_INFINITY;
  };
  const all = { ...builder, relist, reports, cancelCall, stopAll, moving: (id: string) => movingFrom(pool, id) };
  return { ...all, ...mergedRequests(pool, all, at), start: pinsData(pool, triesLenders(pool, all.start)) };
}

/** Sends each request to the home of its ID. */
export function sendByPool(pool: Pool): Send {
  return async (id, path, init) => {
    await refreshView(pool);
    const member = await memberFor(pool, id, startsWork(path, init.method));
    return sendTo(pool, member)(id, path, init);
  };
}

const workPath = /^\/(?:instances\/[^/]+\/target|builds|locks|environments|sources|analyses|egress)$/;

function startsWork(path: string, method = 'GET'): boolean {
  return method === 'PUT' ? /^\/instances\/[^/]+$/.test(path) : method === 'POST' && workPath.test(path);
}

/** Sends requests to one member, and learns from its answers. */
function sendTo(pool: Pool, member: Member): Send {
  const { homes } = pool.view;
  const send = sendByUrl({ url: member.url, token: pool.token, sendOut: pool.sendOut });
  return async (id, path, init) => {
    try {
      const response = await (waitsForPlugin(path)
        ? sendWatched(pool, member, (hung) => send(id, path, { ...init, signal: eitherOf(hung, init.signal) }))
        : send(id, path, init));
      if (response.headers.has(stoppingHeader)) member.isExiting = true;
      if (response.status === 404 && path.startsWith('/instances/') && homes.get(id)?.name === member.name)
        homes.delete(id);
      return response;
    } catch (error) {
      if (!init.signal?.aborted) await suspect(pool, member);
      throw error;
    }
  };
}

function eitherOf(one: AbortSignal, other: AbortSignal | null | undefined): AbortSignal {
  return other ? AbortSignal.any([one, other]) : one;
}

function builderAt(pool: Pool, member: Member): Builder {
  return builderBy(inTrace(sendTo(pool, member), pool.trace), 1);
}

function movingFrom(pool: Pool, id: string): Move | undefined {
  const { clock, view } = pool;
  const { moves } = view;
  const from = view.members.get(view.homes.get(id)?.name ?? '');
  const to = view.members.size > 1 ? nextHome(view, id) : undefined;
  if (!from || !to) return undefined;
  const now = clock.now();
  for (const [one, until] of moves) if (until <= now) moves.delete(one);
  if (moves.has(id) || moves.size >= poolLimits.movesAtOnce) return undefined;
  moves.set(id, now + poolLimits.moveMs);
  return {
    builder: builderAt(pool, to),
    moved: () => {
      moves.delete(id);
      setHome(view, { id, gpus: view.homes.get(id)?.gpus }, to, clock.now());
      // Otherwise the copy counts as awake until it is idle. If it stays, because its builder doesn't answer, it ends that way.
      pool.defer(
        builderAt(pool, from)
          .stop(id)
          .catch(() => {}),
      );
    },
    failed: () => moves.set(id, clock.now() + poolLimits.moveAgainMs),
  };
}

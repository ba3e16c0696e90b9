// What an isolate knows of its builders: the list in the settings and the table, and the health of each. Refreshed behind requests, so
// no call waits for it. Only an isolate that hasn't looked for a while waits for the answers before it chooses a builder.
import { type Health, healthSchema } from '../../contract/builder/health.ts';
import { contractHeader, contractVersion } from '../../contract/builder/instances.ts';
import type { BuilderReport } from '../../contract/builder/reports.ts';
import { poolLimits } from '../../contract/limits/builder.ts';
import type { Placement } from '../../contract/plugin/placement.ts';
import type { Clock } from '../../core/clock.ts';
import type { DeploymentId } from '../../core/ids.ts';
import type { TraceContext } from '../../core/trace-context.ts';
import { builders } from '../../db/schema/builders.ts';
import type { Deps } from '../../deps.ts';
import { sendByUrl } from '../builder/client.ts';

export interface Member extends Pick<BuilderReport, 'name' | 'url' | 'source' | 'mode'> {
  isLost: boolean;
  /** False once it refused a connection, or was late twice. */
  isUp: boolean;
  /** True once it refuses new calls because it is about to exit. */
  isExiting: boolean;
  /** The last answer. */
  health: Health | null;
  lateChecks: number;
  downSince: number;
  /** When it was added, resumed, or answered again. */
  upSince: number;
}

/** The isolate's view of the builders. */
export interface PoolView {
  members: Map<string, Member>;
  homes: Map<string, Home>;
  /** When each moving instance may be moved again. */
  moves: Map<string, number>;
  listedAt: number;
  checkedAt: number;
  /** Until when another check is in progress, unless its request has ended. */
  checkingUntil: number;
}

export interface Home {
  name: string;
  since: number;
}

export interface Pool {
  view: PoolView;
  /** The builders of the settings. */
  urls: readonly string[];
  token: string;
  db: Deps['db'];
  clock: Clock;
  defer: Deps['defer'];
  trace: TraceContext | null;
  placementOf(instanceId: string): Promise<Placement>;
  /** Makes the next request read the deployment's placement again. */
  forgetPlacement(id: DeploymentId): unknown;
}

export function newPoolView(): PoolView {
  const never = Number.NEGATIVE_INFINITY;
  return {
    members: new Map(),
    homes: new Map(),
    moves: new Map(),
    listedAt: never,
    checkedAt: never,
    checkingUntil: never,
  };
}

/** Returns whether the builder gets the calls of instances that it has. */
export function serves({ isExiting, isLost, isUp }: Member): boolean {
  return isUp && !isLost && !isExiting;
}

/** Returns whether the builder gets new instances and builds. */
export function takesWork(member: Member): boolean {
  return serves(member) && member.mode === 'active' && member.health?.status !== 'stopping';
}

export function hasRoom({ health }: Member): boolean {
  const { usage } = health ?? {};
  if (!usage) return true;
  return (
    usage.memory.available_bytes >= poolLimits.roomMemoryBytes && usage.disk.free_bytes >= poolLimits.roomDiskBytes
  );
}

/** Refreshes the view, mostly in the background. */
export async function refreshView(pool: Pool): Promise<void> {
  const { clock, defer, urls, view } = pool;
  const now = clock.now();
  if (view.members.size === 0) listMembers(view, urls.map(listedIn), Number.NEGATIVE_INFINITY);
  if (now - view.listedAt >= poolLimits.listEveryMs) {
    view.listedAt = now;
    // If the database doesn't respond, the list stays as it is; whatever else needs it reports that.
    defer(readMembers(pool).catch(() => {}));
  }
  if (view.members.size === 1 || now - view.checkedAt < poolLimits.checkEveryMs) return;
  const isStale = now - view.checkedAt >= poolLimits.staleMs;
  if (view.checkingUntil < now) {
    const checked = checkAll(pool);
    defer(checked);
    if (isStale) await checked;
  } else if (isStale) await otherCheck(pool);
}

/** A request can't wait for another request's check itself. */
async function otherCheck({ clock, view }: Pool): Promise<void> {
  const { checkedAt } = view;
  while (view.checkedAt === checkedAt && view.checkingUntil >= clock.now())
    await new Promise((resolve) => setTimeout(resolve, 25));
}

type Listed = Pick<Member, 'name' | 'url' | 'source' | 'mode' | 'isLost'>;

function listedIn(url: string): Listed {
  return { name: builderName(url), url, source: 'settings', mode: 'active', isLost: false };
}

/** Returns the name of a builder of the settings. */
export function builderName(url: string): string {
  return new URL(url).host;
}

async function readMembers({ clock, db, urls, view }: Pool): Promise<void> {
  const rows = await db.select().from(builders);
  const toListed = ({ lostAt, mode, name, source, url }: (typeof rows)[number]) =>
    ({ name, url, source, mode, isLost: lostAt !== null }) satisfies Listed;
  const inSettings = urls.map(listedIn).map((one) => {
    const row = rows.find(({ name }) => name === one.name);
    return row ? { ...toListed(row), url: one.url, source: one.source } : one;
  });
  const isInSettings = (row: Listed) => inSettings.some(({ name, url }) => name === row.name || url === row.url);
  const added = rows.map(toListed).filter((row) => row.source === 'operator' && !isInSettings(row));
  listMembers(view, [...inSettings, ...added], clock.now());
}

function listMembers(view: PoolView, listed: readonly Listed[], now: number): void {
  const known = view.members;
  view.members = new Map(
    listed.map((one) => {
      const member = known.get(one.name);
      if (member?.url !== one.url) return [one.name, newMember(one, now)];
      const isBack = (member.isLost && !one.isLost) || (member.mode === 'draining' && one.mode === 'active');
      return [one.name, Object.assign(member, one, isBack ? { upSince: now } : {})];
    }),
  );
}

function newMember(listed: Listed, now: number): Member {
  const state = { isUp: true, isExiting: false, health: null, lateChecks: 0, downSince: now, upSince: now };
  return { ...listed, ...state };
}

/** Checks all members, and a late one again until it has answered or counts as down. */
async function checkAll(pool: Pool): Promise<void> {
  const { clock, view } = pool;
  view.checkingUntil = clock.now() + (poolLimits.lateChecks + 1) * poolLimits.checkMs;
  await Promise.all(Array.from(view.members.values(), (member) => checkUntilKnown(pool, member)));
  view.checkedAt = clock.now();
  view.checkingUntil = Number.NEGATIVE_INFINITY;
}

/** Finds out whether a builder that broke a connection is still there. Other requests meanwhile leave that to this one. */
export async function suspect(pool: Pool, member: Member): Promise<void> {
  if (pool.view.members.size > 1 && member.isUp && member.lateChecks === 0) await checkUntilKnown(pool, member);
}

async function checkUntilKnown(pool: Pool, member: Member): Promise<void> {
  do await check(pool, member);
  while (member.isUp && member.lateChecks > 0);
}

async function check({ clock, token }: Pool, member: Member): Promise<void> {
  const signal = AbortSignal.timeout(poolLimits.checkMs);
  try {
    const init = { headers: { [contractHeader]: contractVersion }, signal };
    const response = await sendByUrl({ url: member.url, token })('', '/health', init);
    answered(member, healthSchema.parse(await response.json()), clock.now());
  } catch {
    member.lateChecks = signal.aborted ? member.lateChecks + 1 : poolLimits.lateChecks;
    if (member.lateChecks < poolLimits.lateChecks) return;
    if (member.isUp) member.downSince = clock.now();
    Object.assign(member, { isUp: false, health: null });
  }
}

function answered(member: Member, health: Health, now: number): void {
  const hasRestarted = health.status === 'ok' && (member.isExiting || member.health?.status === 'stopping');
  if (!member.isUp || hasRestarted) member.upSince = now;
  if (hasRestarted) member.isExiting = false;
  Object.assign(member, { isUp: true, lateChecks: 0, health });
}

// Knows an isolate's builders: the list in the settings and the table, and the health of each. Refreshed behind requests, so
// no call waits for it. Only an isolate that hasn't looked for a while waits for the answers before it chooses a builder.
import type { Health } from '../../contract/builder/machine/health.ts';
import type { BuilderReport } from '../../contract/builder/machine/reports.ts';
import { poolLimits } from '../../contract/limits/builder.ts';
import { readiness } from '../../contract/limits/traffic.ts';
import type { Placement } from '../../contract/plugin/placement.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { builders } from '../../db/schema/builders.ts';
import type { Deps } from '../../deps.ts';
import { askHealth, reportBuilder, type SendOut } from '../client.ts';

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
  answeredAt: number;
}

const never = Number.NEGATIVE_INFINITY;

/** The isolate's view of the builders. */
export class PoolView {
  members = new Map<string, Member>();
  readonly homes = new Map<string, { name: string; since: number; gpus?: string | undefined }>();
  /** When each moving instance may be moved again. */
  readonly moves = new Map<string, number>();
  listedAt = never;
  checkedAt = never;
  /** Until when another check is in progress, unless its request has ended. */
  checkingUntil = never;
}

export interface Pool extends Pick<Deps, 'db' | 'directory' | 'clock' | 'defer' | 'trace'> {
  view: PoolView;
  /** The builders of the settings. */
  urls: readonly string[];
  token: string;
  sendOut: SendOut;
  placementOf(instanceId: string): Promise<Placement>;
  /** Makes the next request read the deployment's placement again. */
  forgetPlacement(id: DeploymentId): unknown;
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
  const { disk, memory } = health?.usage ?? {};
  const isFull = memory && memory.available_bytes < poolLimits.roomMemoryBytes;
  return !isFull && !(disk && disk.free_bytes < poolLimits.roomDiskBytes);
}

/** Refreshes the view, mostly in the background. A new isolate first reads which builders there are, since files may be on any of them. */
export async function refreshView(pool: Pool): Promise<void> {
  const { clock, defer, urls, view } = pool;
  const now = clock.now();
  if (view.members.size === 0) listMembers(view, urls.map(listedIn), never);
  if (now - view.listedAt >= poolLimits.listEveryMs) {
    // If the database doesn't respond, the list stays as it is; whatever else needs it reports that.
    const listed = readMembers(pool).then(
      () => now,
      () => view.listedAt,
    );
    if (view.listedAt === never) view.listedAt = await listed;
    else {
      view.listedAt = now;
      defer(listed);
    }
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

/** Returns a builder that may have been added since the last listing. */
export async function findMember(pool: Pool, name: string): Promise<Member | undefined> {
  if (!pool.view.members.has(name)) await readMembers(pool);
  return pool.view.members.get(name);
}

async function readMembers({ clock, directory, urls, view }: Pool): Promise<void> {
  const rows = await directory.select().from(builders);
  const unknown = urls.map(listedIn).filter(({ name }) => !rows.some((row) => row.name === name));
  const known = rows.filter(
    ({ name, source }) => source === 'operator' || urls.some((url) => builderName(url) === name),
  );
  const listed = known.map(({ lostAt, mode, name, source, url }) => ({
    name,
    url,
    source,
    mode,
    isLost: lostAt !== null,
  }));
  listMembers(view, [...listed, ...unknown], clock.now());
}

const unchecked = { isUp: true, isExiting: false, health: null, lateChecks: 0, answeredAt: never };

function listMembers(view: PoolView, listed: readonly Listed[], now: number): void {
  const known = view.members;
  view.members = new Map(
    listed.map((one) => {
      const member = known.get(one.name);
      if (member?.url !== one.url) return [one.name, { ...one, ...unchecked, downSince: now, upSince: now }];
      const isBack = (member.isLost && !one.isLost) || (member.mode === 'draining' && one.mode === 'active');
      return [one.name, Object.assign(member, one, isBack ? { upSince: now } : {})];
    }),
  );
}

/** Checks all members, and a late one again until it has answered or counts as down. */
async function checkAll(pool: Pool): Promise<void> {
  const { clock, view } = pool;
  view.checkingUntil = clock.now() + (poolLimits.lateChecks + 1) * readiness.partMs;
  await Promise.all(Array.from(view.members.values(), (member) => checkUntilKnown(pool, member)));
  view.checkedAt = clock.now();
  view.checkingUntil = never;
}

/** Finds out whether a builder that broke a connection is still there. Other requests meanwhile leave that to this one. */
export async function suspect(pool: Pool, member: Member): Promise<void> {
  if (pool.view.members.size > 1 && member.isUp && member.lateChecks === 0) await checkUntilKnown(pool, member);
}

async function checkUntilKnown(pool: Pool, member: Member): Promise<void> {
  do await check(pool, member);
  while (member.isUp && member.lateChecks > 0);
}

async function check({ clock, sendOut, token }: Pool, member: Member): Promise<void> {
  const { condition, health } = await reportBuilder(member, () => askHealth({ url: member.url, token, sendOut }));
  if (health) return answered(member, health, clock.now());
  member.lateChecks = condition === 'late' ? member.lateChecks + 1 : poolLimits.lateChecks;
  if (member.lateChecks < poolLimits.lateChecks) return;
  if (member.isUp) member.downSince = clock.now();
  Object.assign(member, { isUp: false, health: null });
}

function answered(member: Member, health: Health, now: number): void {
  const hasRestarted = health.status === 'ok' && (member.isExiting || member.health?.status === 'stopping');
  if (!member.isUp || hasRestarted) member.upSince = now;
  if (hasRestarted) member.isExiting = false;
  Object.assign(member, { isUp: true, lateChecks: 0, health, answeredAt: now });
}

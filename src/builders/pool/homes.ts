// Decides which builder is the home of an instance or a build. Builders are ordered by rendezvous hashing, so a builder that comes or
// goes moves only its own share. An isolate keeps a home as long as its builder serves.
import { fleetInstanceNumber, instanceDeploymentId } from '../../contract/builder/fleets.ts';
import { lendsTo } from '../../contract/builder/machine/gpus.ts';
import { builderLimits, poolLimits } from '../../contract/limits/builder.ts';
import { isId } from '../../core/ids.ts';
import { FilesElsewhere } from '../builder-problem.ts';
import { egressPrefix } from '../egress.ts';
import { findMember, hasRoom, type Member, type Pool, type PoolView, serves, takesWork } from './members.ts';

/** Deployment or version ID, and the slot of a run. Other IDs, such as those of builds, count as a whole. */
const instanceParts = /^([a-z]+_[^-]+)(?:-.*?)?(?:-(\d{1,3}))?$/;

/**
 * A storage plugin's files are on one builder, which is its home even while it drains. It was perhaps added since the last listing. If there
 * is only one builder, it may have another name than before.
 */
export async function memberFor(pool: Pool, id: string, isNew: boolean): Promise<Member> {
  const { clock, placementOf, view } = pool;
  const now = clock.now();
  const { gpus, home } = isPlaced(instanceDeploymentId(id)) ? await placementOf(id) : {};
  if (home !== undefined) {
    const member = await findMember(pool, home);
    const isAway = !member || member.isLost || (!member.isUp && now - member.downSince >= builderLimits.reconnectMs);
    if (isAway && view.members.size > 1) throw new FilesElsewhere(home, { isRemoved: !member });
    if (member) return member;
  }
  return homeOf(view, { id, gpus }, isNew, now);
}

/** A trial's instance has its version's ID. */
function isPlaced(id: string): boolean {
  return isId('deployment', id) || isId('version', id);
}

/** An ID that has a home, and the organization whose GPUs it needs, if any. */
interface Homeless {
  id: string;
  gpus?: string | undefined;
}

/** Returns the home of an ID. `isNew` if the request starts something, which a draining builder doesn't get. */
export function homeOf(view: PoolView, { gpus, id }: Homeless, isNew: boolean, now: number): Member {
  const home = view.homes.get(id);
  const known = home && view.members.get(home.name);
  if (known && (isNew ? takesWork(known) : serves(known))) return known;
  const chosen = firstChoice(view, id, gpus);
  // On a busy machine all may be late. Then an instance stays, unless its builder has been silent for longer.
  if (known && !known.isLost && !serves(chosen) && chosen.lateChecks >= known.lateChecks) return known;
  setHome(view, { id, gpus }, chosen, now);
  return chosen;
}

/** Requests to outside hosts need no home, and there may be any number of hosts. */
export function setHome({ homes }: PoolView, { gpus, id }: Homeless, { name }: Member, since: number): void {
  if (id.startsWith(egressPrefix)) return;
  const [oldest] = homes.size >= poolLimits.homes && !homes.has(id) ? homes.keys() : [];
  if (oldest !== undefined) homes.delete(oldest);
  homes.set(id, { name, since, gpus });
}

/**
 * Returns the builder that a new instance gets: one that lends GPUs to the organization, if it needs some. Without any that serves, the
 * request itself fails.
 */
export function firstChoice({ members }: PoolView, id: string, gpus?: string): Member {
  const all = lenders([...members.values()], gpus);
  const left = all.filter(({ isLost }) => !isLost);
  const leastLate = Math.min(...left.map(({ lateChecks }) => lateChecks));
  const isLeastLate = ({ isLost, lateChecks }: Member) => !isLost && lateChecks === leastLate;
  const kinds = [(one: Member) => takesWork(one) && hasRoom(one), takesWork, serves, isLeastLate];
  const candidates = kinds.map((kind) => all.filter(kind)).find((some) => some.length > 0) ?? all;
  const [, key = id, slot] = instanceParts.exec(id) ?? [];
  const nth = (fleetInstanceNumber(id) ?? Number(slot ?? 0) + 1) - 1;
  const scored = candidates.map((member) => ({ member, score: scoreOf(`${member.name}/${key}`) }));
  const order = scored.sort((a, b) => b.score - a.score || (a.member.name < b.member.name ? -1 : 1));
  const chosen = order[nth % order.length];
  if (!chosen) throw new Error('No builder is listed');
  return chosen.member;
}

/** Without a lender, any builder says what is missing. */
function lenders(members: Member[], gpus: string | undefined): Member[] {
  if (gpus === undefined) return members;
  const some = members.filter(({ health }) => lendsTo(health?.gpus, gpus));
  return some.length > 0 ? some : members;
}

/** FNV-1a, with MurmurHash's last steps, since the first characters of a text alone must change all bits. */
function scoreOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Returns the builder that the instance should move to, if any. Its calls go elsewhere anyway once its home doesn't serve. */
export function nextHome(view: PoolView, id: string): Member | undefined {
  const home = view.homes.get(id);
  const from = home && view.members.get(home.name);
  if (!from || !serves(from)) return undefined;
  const isLeaving = !takesWork(from);
  if (!isLeaving && ![...view.members.values()].some(({ upSince }) => upSince > home.since)) return undefined;
  const to = firstChoice(view, id, home.gpus);
  const isBetter = takesWork(to) && (isLeaving || to.upSince > home.since);
  return to !== from && isBetter ? to : undefined;
}

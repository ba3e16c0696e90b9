// Counts the calls of active releases in the isolate's memory and reports them to the release's object, which answers with the shares to
// follow. A lost report loses its counts; no call depends on one.
import { releaseLimits as limits } from '../../contract/limits/deployments.ts';
import {
  type ComparedAnswer,
  durationBucket,
  type ReleaseDelta,
  type ReleaseSetting,
  type SideCounts,
} from '../../contract/releases.ts';
import type { ReleaseId } from '../../core/ids.ts';
import type { Deps, ReleaseOfName } from '../../deps.ts';
import type { Drawn, RouteRelease } from '../route-lookup.ts';

interface Counting {
  setting: ReleaseSetting;
  /** Unreported counts, by the weight under which the calls were drawn. */
  deltas: Map<number, ReleaseDelta>;
  /** Unreported calls and comparisons. */
  unreported: number;
  /** Until when one of this isolate's requests waits to report, and reports. Past times show that a request was ended before. */
  waitsUntil: number;
  reportsUntil: number;
  /** Earliest time of the next report that a number of calls causes. */
  nextReportAt: number;
  /** Repeated calls in flight. */
  shadows: number;
}

/** The isolate's counts of active releases. */
export type ReleaseCounts = Map<ReleaseId, Counting>;

type CountDeps = Pick<Deps, 'clock' | 'defer' | 'log' | 'releases'> & { releaseCounts: ReleaseCounts };

/** `crashed`: the plugin's process exited during the call. */
type CallEnd = 'answered' | 'failed' | 'crashed';

/** Returns what calls follow: the route's setting, or a newer one that the release's object has sent. */
export function currentSetting(counts: ReleaseCounts, { id, setting }: RouteRelease): ReleaseSetting {
  const sent = counts.get(id)?.setting;
  return sent && sent.generation > setting.generation ? sent : setting;
}

/** Counts an ended call. Schedules a report after the response. */
export function countDrawn(deps: CountDeps, drawn: Drawn, end: CallEnd, durationMs: number): void {
  const { release, side, started, stickyKey, weight } = drawn;
  const delta = deltaOf(deps, release, weight);
  if (!delta) return;
  const counts = delta.drawn[side];
  addCall(counts, end);
  if (started) counts.starts += 1;
  const bucket = durationBucket(durationMs);
  counts.durations[bucket] = (counts.durations[bucket] ?? 0) + 1;
  if (stickyKey !== null) {
    const ofKey = delta.sticky[stickyKey] ?? { side, calls: 0, errors: 0, crashes: 0 };
    delta.sticky[stickyKey] = ofKey;
    addCall(ofKey, end);
  }
  schedule(deps, release);
}

function addCall(counts: Pick<SideCounts, 'calls' | 'errors' | 'crashes'>, end: CallEnd): void {
  counts.calls += 1;
  if (end !== 'answered') counts.errors += 1;
  if (end === 'crashed') counts.crashes += 1;
}

export function countCompared(deps: CountDeps, { release, weight }: Drawn, compared: ComparedAnswer): void {
  deltaOf(deps, release, weight)?.compared.push(compared);
  schedule(deps, release);
}

/** Returns the isolate's counting of the release, or undefined if it counts too many. */
export function countingOf(
  { releaseCounts }: Pick<CountDeps, 'releaseCounts'>,
  release: RouteRelease,
): Counting | undefined {
  const known = releaseCounts.get(release.id);
  if (known) return known;
  if (releaseCounts.size >= limits.countedMax) {
    for (const [id, { unreported }] of releaseCounts) if (unreported === 0) releaseCounts.delete(id);
    if (releaseCounts.size >= limits.countedMax) return undefined;
  }
  const created: Counting = {
    setting: release.setting,
    deltas: new Map(),
    unreported: 0,
    waitsUntil: 0,
    reportsUntil: 0,
    nextReportAt: 0,
    shadows: 0,
  };
  releaseCounts.set(release.id, created);
  return created;
}

function deltaOf(deps: CountDeps, release: RouteRelease, weight: number): ReleaseDelta | undefined {
  const counting = countingOf(deps, release);
  if (!counting || currentSetting(deps.releaseCounts, release).ended) return undefined;
  const delta = counting.deltas.get(weight) ?? newDelta(weight);
  counting.deltas.set(weight, delta);
  counting.unreported += 1;
  return delta;
}

function newDelta(weight: number): ReleaseDelta {
  return { weight, drawn: { stable: newSide(), candidate: newSide() }, sticky: {}, compared: [] };
}

function newSide(): SideCounts {
  return { calls: 0, errors: 0, crashes: 0, starts: 0, durations: {} };
}

/** Reports at once if there is enough; otherwise makes sure that a request of this isolate reports soon. */
function schedule(deps: CountDeps, release: RouteRelease): void {
  const counting = deps.releaseCounts.get(release.id);
  if (!counting) return;
  const now = deps.clock.now();
  const isDue = counting.unreported >= limits.reportCalls && counting.nextReportAt <= now;
  if (isDue && counting.reportsUntil < now) deps.defer(report(deps, release, counting));
  else if (counting.waitsUntil < now) deps.defer(reportLater(deps, release, counting));
}

/** Deferred work may take 30 s, so another call's request waits after this many reports. */
const reportsOfRequest = 40;
/** A report that takes longer is taken for lost. */
const reportTimeoutMs = 5_000;

async function reportLater(deps: CountDeps, release: ReleaseOfName, counting: Counting): Promise<void> {
  for (let reports = 0; counting.unreported > 0 && reports < reportsOfRequest; reports += 1) {
    counting.waitsUntil = deps.clock.now() + reportTimeoutMs;
    await new Promise((resolve) => setTimeout(resolve, limits.reportMs));
    if (counting.reportsUntil < deps.clock.now()) await report(deps, release, counting);
  }
  counting.waitsUntil = 0;
}

async function report(deps: CountDeps, release: ReleaseOfName, counting: Counting): Promise<void> {
  const deltas = [...counting.deltas.values()];
  counting.deltas.clear();
  counting.unreported = 0;
  const now = deps.clock.now();
  counting.nextReportAt = now + limits.reportGapMs;
  counting.reportsUntil = now + reportTimeoutMs;
  try {
    for (const delta of deltas) {
      const setting = await deps.releases.report(release, delta);
      if (setting.generation >= counting.setting.generation) counting.setting = setting;
    }
  } catch (cause) {
    deps.log.warn('release.not_reported', { release: release.id, cause });
  } finally {
    counting.reportsUntil = 0;
  }
}

// The periodic sweep, which reassigns work whose lease has expired and deletes data past its retention. Runs every ten seconds to a
// minute. One batch finds due work. Steps that list the store run once an hour until they have seen all of it.
import { selectExpiredKeys, sweepIdempotencyKeys } from './access/idempotency.ts';
import { selectToAnnounce, sweepAffected } from './advisories/announce.ts';
import { dueAdvisories, sweepAdvisories } from './advisories/sweep.ts';
import { selectOldDismissals, sweepDismissals } from './attention/dismissals.ts';
import { sweepBuilders } from './builders/pool/sweep.ts';
import { sweepLimits } from './contract/limits/leases.ts';
import type { Deps } from './deps.ts';
import { archiveEvents, eventArchivesWalk } from './events/archive-events.ts';
import { dueOutbox, sweepOutbox } from './events/resend.ts';
import { sealEvents, unsealedEvent } from './events/seal.ts';
import { setAside } from './events/set-aside.ts';
import type { DueStep } from './feature.ts';
import { features } from './features.ts';
import { storedArtifacts } from './instances/builds/orphaned-artifacts.ts';
import { selectReachDue, sweepReach } from './instances/builds/reach.ts';
import { reachedFunctions } from './instances/builds/reached-functions.ts';
import { packageParts, sweepOrphanedEnvironments } from './instances/environments/orphaned-environments.ts';
import { selectKeptAwake, sweepKeptAwake } from './instances/fleets/keep-awake.ts';
import { sweepUnstoredLogs } from './logs/collect.ts';
import { storedLogs } from './logs/stored-chunks.ts';
import { selectToCheck, sweepBudgets } from './organizations/budget-check.ts';
import { selectDueOrganizations } from './organizations/deletion.ts';
import { sweepOrganizations } from './organizations/remove.ts';
import { storedWalk, sweepStored } from './organizations/stored-months.ts';
import { selectMarked, sweepLiveVersions } from './pointers/live-versions.ts';
import { collect, collectAll, type Folder } from './registry/storage/collector.ts';
import {
  dueListing,
  recordBegun,
  recordListing,
  selectNewUpload,
  selectWalks,
  selectWhetherAny,
} from './registry/storage/hourly-listing.ts';
import { optimizeDatabase } from './registry/storage/optimize.ts';
import { storedArchives, storedFindings } from './registry/storage/orphaned-objects.ts';
import { selectUnreleased, sweepArchives } from './registry/storage/released-archives.ts';
import { selectUndeployed } from './registry/uploads/git-uploads.ts';
import { dueUploads, sweepUploads } from './registry/uploads/upload-sweep.ts';
import { uploadedObjects } from './registry/uploads/uploaded-objects.ts';
import { selectActiveReleases, selectOldReleases, sweepReleases } from './releases/sweep.ts';
import { dueHistory, endedDeploymentsWalk, sweepHistory } from './retirement/history-retention.ts';
import { emptyDeletedNamespaces, selectUnemptied } from './retirement/removal.ts';
import { sweepPublished } from './rollouts/deploy-published.ts';
import { installedWalk, selectRecentlyInstalled, sweepInstalled } from './rollouts/installs/retire.ts';
import { selectWatched, sweepCrashing } from './rollouts/rollback/crash-rollback.ts';
import { dueDeployments, sweepDeployments } from './rollouts/sweep.ts';
import { dueRescans, sweepRescans } from './scan-host/rescans.ts';
import { dueLaterCalls, sweepLaterCalls } from './serve/later/sweep.ts';
import { daysWalk, sweepDays } from './traffic/days.ts';
import { oldCounts, sweepTraffic } from './traffic/totals.ts';
import { oldUsage, sweepAwakeTime, sweepUsage } from './traffic/usage.ts';

type Step = (deps: Deps) => Promise<unknown>;

const frequentSteps: readonly DueStep[] = [
  { step: sweepOutbox, due: dueOutbox },
  { step: sealEvents, due: () => [unsealedEvent] },
  { step: sweepUploads, due: dueUploads },
  { step: sweepRescans, due: dueRescans },
  { step: sweepDeployments, due: dueDeployments },
  { step: sweepCrashing, due: (deps) => [selectWatched(deps)] },
  { step: sweepKeptAwake, due: (deps) => [selectKeptAwake(deps)] },
  { step: sweepLiveVersions, due: (deps) => [selectMarked(deps)] },
  { step: sweepReleases, due: (deps) => [selectActiveReleases(deps), selectOldReleases(deps)] },
  { step: sweepInstalled, due: (deps) => [selectRecentlyInstalled(deps)], walk: installedWalk },
  { step: sweepPublished, due: (deps) => [selectUndeployed(deps)] },
  { step: emptyDeletedNamespaces, due: (deps) => [selectUnemptied(deps)] },
  { step: sweepOrganizations, due: (deps) => [selectDueOrganizations(deps)] },
  { step: sweepArchives, due: (deps) => [selectUnreleased(deps)] },
  { step: sweepIdempotencyKeys, due: (deps) => [selectExpiredKeys(deps)] },
  { step: sweepHistory, due: dueHistory, walk: endedDeploymentsWalk },
  { step: sweepTraffic, due: oldCounts },
  { step: sweepUsage, due: oldUsage },
  { step: sweepBudgets, due: (deps) => [selectToCheck(deps)] },
  { step: sweepLaterCalls, due: dueLaterCalls },
  { step: sweepAffected, due: (deps) => [selectToAnnounce(deps)] },
  { step: sweepAdvisories, due: dueAdvisories },
  { step: sweepReach, due: (deps) => [selectReachDue(deps)] },
  { step: sweepDismissals, due: (deps) => [selectOldDismissals(deps)] },
  ...features.flatMap(({ due = [] }) => due),
];

const anyTime: ReadonlySet<Step> = new Set(frequentSteps.map(({ step }) => step));

/** Steps that find part of their work in an hourly walk. */
const walkingSteps: readonly Step[] = frequentSteps.flatMap(({ step, walk }) => (walk === undefined ? [] : [step]));

/** Steps that ask the builders, because only they know what is due. */
const askingSteps: readonly Step[] = [sweepBuilders, sweepUnstoredLogs, sweepAwakeTime];

/** Steps that are due at most once an hour, depending on the day or on their progress. */
const hourlySteps: readonly { step: Step; walk?: string }[] = [
  { step: archiveEvents, walk: eventArchivesWalk },
  { step: sweepDays, walk: daysWalk },
  { step: sweepStored, walk: storedWalk },
  { step: optimizeDatabase },
];

/** The folders of the store, with what keeps their objects. Runs' and calls' own folders are deleted with their rows. */
const folders: readonly Folder[] = [
  uploadedObjects,
  storedFindings,
  storedArchives,
  storedArtifacts,
  reachedFunctions,
  packageParts,
  storedLogs,
  ...features.flatMap(({ folders = [] }) => folders),
];

function collectStore(deps: Deps): Promise<void> {
  return collectAll(deps, folders);
}

function collectUploads(deps: Deps): Promise<void> {
  return collect(deps, uploadedObjects);
}

/** Steps that list all of the store or of a table. */
const listingSteps: readonly Step[] = [collectStore, sweepOrphanedEnvironments];

export const sweepSteps: readonly Step[] = distinct([
  ...frequentSteps.map(({ step }) => step),
  ...askingSteps,
  ...hourlySteps.map(({ step }) => step),
  ...listingSteps,
]);

/** Returns each step once. A feature may have more work for a step of the kernel's. */
function distinct(steps: readonly Step[]): readonly Step[] {
  return [...new Set(steps)];
}

/**
 * Finds due work in one batch and runs it, several steps at a time, because each step mostly waits for the database. A failing step is
 * logged and the others still run, so that an unavailable store or queue doesn't stop them; nor does one that doesn't end. Each sweep
 * begins elsewhere, so that a step that takes the process with it holds up none for long. Sweeps may overlap, so no step relies on
 * running alone. *Dies:* due work stays due, including hourly work.
 */
export async function sweep(deps: Deps): Promise<void> {
  const { steps, hour } = await dueSteps(deps);
  const waiting = inOrder(steps, deps.clock.now());
  const failed = new Set<Step>();
  const next = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await succeeds(deps, step))) failed.add(step);
  };
  await Promise.all(Array.from({ length: sweepLimits.stepsAtOnce }, next));
  const hourly = [...listingSteps, ...hourlySteps.map(({ step }) => step), ...walkingSteps];
  if (hour !== null && !hourly.some((step) => failed.has(step))) await recordListing(deps, hour);
}

/** Returns the steps in their order, those that may be due at any time from another one on each time. */
function inOrder(steps: readonly Step[], now: number): Step[] {
  const own = steps.filter((step) => anyTime.has(step));
  const first = Math.floor(now / sweepLimits.beginsElsewhereMs) % own.length;
  return [...own.slice(first), ...own.slice(0, first), ...steps.filter((step) => !anyTime.has(step))];
}

/** Runs the step under its mark, unless it made Slipway hang, and at most for a limited time. */
async function succeeds(deps: Deps, step: Step): Promise<boolean> {
  const id = `sweep ${step.name}`;
  if ((await setAside(deps, { id, message: null, tries: 1, triesMax: 1 })) !== undefined) return true;
  const end = deps.marks.begin({ id });
  try {
    await withinTime(step(deps));
    return true;
  } catch (cause) {
    deps.log.error('sweep.failed', { sweep: step.name, cause });
    return false;
  } finally {
    end();
  }
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('the step took too long')), sweepLimits.stepMs);
  await Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

interface Due {
  steps: readonly Step[];
  /** The hour to record if this is the hour's first sweep. */
  hour: string | null;
}

/** Finds the due steps. If the database doesn't respond, all of them count as due. */
async function dueSteps(deps: Deps): Promise<Due> {
  try {
    const [, walks, urls, ...found] = await deps.db.batch([
      recordBegun(deps),
      selectWalks(deps),
      selectNewUpload(deps),
      ...frequentSteps.map(({ due }) => selectWhetherAny(deps, due(deps))),
    ]);
    const { due, hour, walking } = dueListing(deps, walks, urls.length > 0);
    if (hour !== null) return { steps: sweepSteps, hour };
    const goesOn = ({ walk }: { walk?: string }) => walk !== undefined && walking.has(walk);
    const frequent = frequentSteps.filter((step, i) => found[i]?.[0]?.any === 1 || goesOn(step));
    const listing = { all: listingSteps, uploads: [collectUploads], none: [] }[due];
    const chosen = [...frequent, ...hourlySteps.filter(goesOn)].map(({ step }) => step);
    return { steps: distinct([...chosen, ...askingSteps, ...listing]), hour };
  } catch (cause) {
    deps.log.error('sweep.failed', { sweep: dueSteps.name, cause });
    return { steps: sweepSteps, hour: null };
  }
}

// The periodic sweep, which reassigns work whose lease has expired and deletes data past its retention. Runs every ten seconds to a
// minute. One batch finds due work. Steps that list the store run once an hour until they have seen all of it.
import { sweepLimits } from './contract/limits/leases.ts';
import type { Deps } from './deps.ts';
import { setAside } from './events/set-aside.ts';
import { features } from './features.ts';
import { sweepOrphanedEnvironments } from './instances/environments/orphaned-environments.ts';
import { askingSteps, dueSteps, folders, hourlySteps } from './kernel.ts';
import { collect, collectAll } from './registry/storage/collector.ts';
import {
  dueListing,
  recordBegun,
  recordListing,
  selectNewUpload,
  selectWalks,
  selectWhetherAny,
} from './registry/storage/hourly-listing.ts';
import { uploadedObjects } from './registry/uploads/uploaded-objects.ts';

type Step = (deps: Deps) => Promise<unknown>;

const frequentSteps = [...dueSteps, ...features.flatMap(({ due = [] }) => due)];

const anyTime: ReadonlySet<Step> = new Set(frequentSteps.map(({ step }) => step));

/** Steps that find part of their work in an hourly walk. */
const walkingSteps: readonly Step[] = frequentSteps.flatMap(({ step, walk }) => (walk === undefined ? [] : [step]));

function collectStore(deps: Deps): Promise<void> {
  return collectAll(deps, [...folders, ...features.flatMap((feature) => feature.folders ?? [])]);
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
  const { steps, hour } = await chooseSteps(deps);
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
async function chooseSteps(deps: Deps): Promise<Due> {
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
    deps.log.error('sweep.failed', { sweep: chooseSteps.name, cause });
    return { steps: sweepSteps, hour: null };
  }
}

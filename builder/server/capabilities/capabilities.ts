// Detects which Go plugin work this machine supports: fetching sources, which needs Git, and building, which needs Go.
import { join } from 'node:path';
import { programAnalysisSchema } from '../../../src/contract/builder/analyses.ts';
import type { Capabilities } from '../../../src/contract/builder/machine/capabilities.ts';
import type { Log } from '../../../src/core/log.ts';
import { Analyses } from '../analyses/analyses.ts';
import { Analyzer } from '../analyses/analyzer.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { BuildMachine } from '../builds/build.ts';
import type { Builds } from '../builds/builds.ts';
import { notCompiled } from '../builds/compile-caches.ts';
import { findGo, type Go } from '../builds/go.ts';
import { JsonRecords } from '../builds/json-records.ts';
import { openBuilds } from '../builds/open-builds.ts';
import { goProblem } from '../builds/try-go.ts';
import { problemText } from '../core/machine-problem.ts';
import { Refusal } from '../core/refusal.ts';
import type { Settings } from '../core/settings.ts';
import type { Machine } from '../instances/provision.ts';
import type { Workerd } from '../isolates/isolate-process.ts';
import type { FetchMachine } from '../sources/fetch.ts';
import { findGit } from '../sources/git.ts';
import { Sources } from '../sources/sources.ts';
import { gitProblem } from '../sources/try-git.ts';

export interface GoCapabilities {
  /** Each capability, or the reason why it's unavailable. */
  sources: Sources | { reason: string };
  builds: Builds | { reason: string };
  isolates: Workerd | { reason: string };
  analyses: Analyses | { reason: string };
}

export async function detectGoCapabilities(settings: Settings, machine: Machine, log: Log): Promise<GoCapabilities> {
  const [git, go] = await Promise.all([findGit(), findGo()]);
  const { stateFolder, limits, allowLoopback, exampleRepository } = settings;
  const { python, blobs, removals } = machine;
  const folder = join(stateFolder, 'sources');
  const fetching = { python, limits, folder, removals, allowLoopback, exampleRepository };
  const openGoBuilds = (found: Go) => openBuilds(found, { ...machine, log }, stateFolder, settings.goCache);
  const [sources, builds] = await Promise.all([
    'reason' in git ? git : openSources({ git, ...fetching }, blobs),
    'reason' in go ? go : openGoBuilds(go).then(tryBuilds),
  ]);
  const analyses = 'reason' in builds ? builds : await openAnalyses(builds.machine);
  return { sources, builds, analyses, isolates: machine.workerd };
}

/** Returns the sources if Git really fetches a repository here. */
async function openSources(machine: FetchMachine, blobs: Blobs): Promise<Sources | { reason: string }> {
  const sources = new Sources(machine, blobs);
  await sources.open();
  const found = await gitProblem(machine);
  return found ? { reason: problemText(found) } : sources;
}

/** Returns the builds if Go really compiles here. */
async function tryBuilds(builds: Builds): Promise<Builds | { reason: string }> {
  const found = await goProblem(builds.machine);
  return found ? { reason: problemText(found) } : builds;
}

/** Returns the capabilities in the form that GET /health reports. */
export function reportCapabilities({ sources, isolates, ...compiling }: GoCapabilities): Capabilities {
  return {
    sources: 'reason' in sources ? { available: false, reason: sources.reason } : { available: true, git: sources.git },
    builds: reportBuilds(compiling),
    isolates: 'reason' in isolates ? { available: false, reason: isolates.reason } : { available: true },
  };
}

function reportBuilds({ builds, analyses }: Pick<GoCapabilities, 'builds' | 'analyses'>): Capabilities['builds'] {
  if ('reason' in builds) return { available: false, reason: builds.reason };
  if ('reason' in analyses) return { available: false, reason: analyses.reason };
  if (analyses.problem !== undefined) return { available: false, reason: analyses.problem };
  const { version: toolchain, target, recipe } = builds.go;
  return { available: true, toolchain, target, recipe, analyzer: analyses.recipe };
}

/** Returns the capability. Throws a Refusal if this machine lacks it. */
export function requireCapability<Capability extends object>(capability: Capability | { reason: string }): Capability {
  if ('reason' in capability) throw new Refusal('capability-missing', capability.reason);
  return capability;
}

async function openAnalyses(machine: BuildMachine): Promise<Analyses> {
  const records = new JsonRecords(join(machine.toolchain.sharedCache, `${notCompiled}analyses`), programAnalysisSchema);
  const analyses = new Analyses(machine, new Analyzer(machine.toolchain), records);
  await analyses.open();
  return analyses;
}

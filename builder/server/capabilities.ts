// What it takes to bring Go plugins here, as far as this machine has it: Git to fetch their sources, Go to build them.
import { join } from 'node:path';
import type { Capabilities } from '../../src/contract/builder.ts';
import type { Log } from '../../src/core/log.ts';
import type { Builds } from './builds/builds.ts';
import { findGo } from './builds/go.ts';
import { openBuilds } from './builds/open-builds.ts';
import type { Machine } from './instances/provision.ts';
import { Refusal } from './refusal.ts';
import type { Settings } from './settings.ts';
import { findGit } from './sources/git.ts';
import { Sources } from './sources/sources.ts';

export interface GoCapabilities {
  /** Or why there are none. */
  sources: Sources | { reason: string };
  builds: Builds | { reason: string };
}

export async function detectGoCapabilities(settings: Settings, machine: Machine, log: Log): Promise<GoCapabilities> {
  const [git, go] = await Promise.all([findGit(), findGo()]);
  const { stateFolder, limits, allowLoopback } = settings;
  const { python, blobs } = machine;
  const capabilities: GoCapabilities = { sources: { reason: '' }, builds: { reason: '' } };
  if ('reason' in git) {
    capabilities.sources = git;
  } else {
    const folder = join(stateFolder, 'sources');
    const sources = new Sources({ git, python, limits, folder, allowLoopback }, blobs);
    await sources.open();
    capabilities.sources = sources;
  }
  if ('reason' in go) {
    capabilities.builds = go;
  } else {
    capabilities.builds = await openBuilds(go, { ...machine, log }, stateFolder, settings.goCache);
  }
  return capabilities;
}

export function reportCapabilities({ sources, builds }: GoCapabilities): Capabilities {
  return {
    sources: 'reason' in sources ? { available: false, reason: sources.reason } : { available: true, git: sources.git },
    builds:
      'reason' in builds
        ? { available: false, reason: builds.reason }
        : {
            available: true,
            toolchain: builds.go.version,
            target: builds.go.target,
            recipe: builds.go.recipe,
          },
  };
}

/** For people who start it: a line for each thing that is missing. */
export function missingCapabilities({ sources, builds }: GoCapabilities): string[] {
  return [sources, builds].flatMap((ability) => ('reason' in ability ? [ability.reason] : []));
}

/** Throws a Refusal where the machine lacks what it takes. */
export function requireCapability<Ability extends object>(ability: Ability | { reason: string }): Ability {
  if ('reason' in ability) throw new Refusal('capability-missing', ability.reason);
  return ability;
}

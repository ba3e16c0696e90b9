// What it takes to bring Go plugins here, as far as this machine has it: Git to fetch their sources, Go to build them.
import { join } from 'node:path';
import type { Abilities } from '../../src/contract/builder.ts';
import type { Log } from '../../src/core/log.ts';
import type { Builds } from './builds/builds.ts';
import { findGo } from './builds/go.ts';
import { openBuilds } from './builds/open-builds.ts';
import type { Machine } from './instances/provision.ts';
import { Refusal } from './refusal.ts';
import type { Settings } from './settings.ts';
import { findGit } from './sources/git.ts';
import { Sources } from './sources/sources.ts';

export interface GoAbilities {
  /** Or why there are none. */
  sources: Sources | { reason: string };
  builds: Builds | { reason: string };
}

export async function findGoAbilities(settings: Settings, machine: Machine, log: Log): Promise<GoAbilities> {
  const [git, go] = await Promise.all([findGit(), findGo()]);
  const { stateFolder, limits, allowLoopback } = settings;
  const { python, blobs } = machine;
  const abilities: GoAbilities = { sources: { reason: '' }, builds: { reason: '' } };
  if ('reason' in git) {
    abilities.sources = git;
  } else {
    const folder = join(stateFolder, 'sources');
    const sources = new Sources({ git, python, limits, folder, allowLoopback }, blobs);
    await sources.open();
    abilities.sources = sources;
  }
  if ('reason' in go) {
    abilities.builds = go;
  } else {
    abilities.builds = await openBuilds(go, { ...machine, log }, stateFolder, settings.goCache);
  }
  return abilities;
}

export function toldAbilities({ sources, builds }: GoAbilities): Abilities {
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
export function whatIsOff({ sources, builds }: GoAbilities): string[] {
  return [sources, builds].flatMap((ability) => ('reason' in ability ? [ability.reason] : []));
}

/** Throws a Refusal where the machine lacks what it takes. */
export function able<Ability extends object>(ability: Ability | { reason: string }): Ability {
  if ('reason' in ability) throw new Refusal('ability-missing', ability.reason);
  return ability;
}

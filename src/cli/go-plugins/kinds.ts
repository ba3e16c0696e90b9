// The kinds of plugins in Go, and where the API has each. Loaded with the arguments of commands, so without anything else.
import { Option } from 'commander';
import { kinds } from '../init/categories.ts';

export const goKinds = ['pipeline', 'storage'] as const;
export type GoKind = (typeof goKinds)[number];

export const surfaces = { pipeline: '/api/plugins', storage: '/api/storage-plugins' } as const satisfies Record<
  GoKind,
  string
>;

/** For commands that know both sorts of plugins. */
export function kindOption(): Option {
  return new Option('--kind <kind>', 'extractors in Python, the others in Go').choices(kinds).default('extractor');
}

/** For those that know Go plugins only. */
export function goKindOption(): Option {
  return new Option('--kind <kind>', 'what its Plugin is').choices(goKinds).default('pipeline');
}

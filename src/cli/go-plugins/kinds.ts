// Lists the kinds of Go plugins with their API paths. Every help text loads this, so it imports as little as possible.
import { Option } from 'commander';
import { kinds } from '../init/categories.ts';

export const goKinds = ['pipeline', 'storage'] as const;
export type GoKind = (typeof goKinds)[number];

export const surfaces = { pipeline: '/api/plugins', storage: '/api/storage-plugins' } as const satisfies Record<
  GoKind,
  string
>;

/** Returns the option for commands that look up the kind by name. */
export function kindOption(): Option {
  return new Option('--kind <kind>', 'the kind, if several plugins share the name').choices(kinds);
}

/** Returns the option for commands that support only Go plugins. */
export function goKindOption(): Option {
  return new Option('--kind <kind>', 'the kind of Go plugin').choices(goKinds).default('pipeline');
}

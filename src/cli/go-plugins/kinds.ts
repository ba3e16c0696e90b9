// Defines the options that name a plugin's kind. Every help text loads this, so it imports as little as possible.
import { Option } from 'commander';
import { goKinds } from '../../contract/plugin/go-kinds.ts';
import { kinds } from '../init/categories.ts';

/** Returns the option for commands that look up the kind by name. */
export function kindOption(): Option {
  return new Option('--kind <kind>', 'the kind, if several plugins share the name').choices(kinds);
}

/** Returns the option for commands that support only Go plugins. */
export function goKindOption(): Option {
  return new Option('--kind <kind>', 'the kind of Go plugin').choices(goKinds).default('pipeline');
}

// Defines the options that name a plugin's kind. Every help text loads this, so it imports as little as possible.
import { goKinds } from '../../contract/plugin/go-kinds.ts';
import { kinds } from '../plugins/categories.ts';

/** For commands that look up the kind by name. */
export const kindOption = {
  '--kind <kind>': { description: 'the kind, if several plugins share the name', choices: kinds },
} as const;

/** For commands that support only Go plugins. */
export const goKindOption = {
  '--kind <kind>': { description: 'the kind of Go plugin', choices: goKinds, default: 'pipeline' },
} as const;

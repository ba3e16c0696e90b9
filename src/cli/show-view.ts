// Defines what features print of a version for an option of `slipway show`, instead of its details.
import type { CommandResult } from './command.ts';
import type { FoundPlugin } from './plugins/plugin-ref.ts';

export interface ShowView {
  /** Name of the option, as in `readme` for `--readme`. */
  option: string;
  show(plugin: FoundPlugin): Promise<CommandResult>;
}

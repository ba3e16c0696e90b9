// Parses the option `--separator`.
import { InvalidArgumentError } from 'commander';
import { type Separator, separators } from '../../contract/runs/records.ts';

/** The option of commands that read a CSV. Shells make it hard to write a tab. */
export const separatorOption = {
  '--separator <character>': {
    description: "a CSV's separator: , ; | or tab (default: the one in its header)",
    parse: (text: string): Separator => {
      const separator = text === 'tab' || text === '\\t' ? '\t' : separators.find((one) => one === text);
      if (separator !== undefined) return separator;
      throw new InvalidArgumentError("Use ',', ';', '|' or tab.");
    },
  },
} as const;

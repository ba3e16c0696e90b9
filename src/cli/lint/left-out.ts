// Says what ignore files leave out of a folder, so that a missing file isn't a surprise.
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';
import type { IgnoreFile } from './ignore-rules.ts';

export interface LeftOut {
  by: IgnoreFile;
  /** Sorted. A folder ends with `/` and stands for everything below it. */
  paths: string[];
}

const shownMax = 5;

/** Prints a line such as `1 file and 1 folder left out by .gitignore: .env, build/`. */
export function noteLeftOut(leftOut: LeftOut | undefined, output: Output): void {
  if (leftOut === undefined || leftOut.paths.length === 0) return;
  const { by, paths } = leftOut;
  const folders = paths.filter((path) => path.endsWith('/')).length;
  const counts = [...counted(paths.length - folders, 'file'), ...counted(folders, 'folder')].join(' and ');
  const shown = [...paths.slice(0, shownMax), ...(paths.length > shownMax ? ['…'] : [])].join(', ');
  output.info(printable(`${counts} left out by ${by}: ${shown}`));
}

function counted(count: number, noun: string): string[] {
  return count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`];
}

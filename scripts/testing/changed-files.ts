// Asks Git which files differ from a commit: changed, new, removed, and not yet committed.
import { runCommand } from './command.ts';

/** Returns their paths, also those of removed files. Throws if there is no such commit. */
export async function changedFiles(since: string): Promise<string[]> {
  const base = await git('merge-base', since, 'HEAD');
  const listed = [
    await git('diff', '--name-only', '--no-renames', base),
    await git('ls-files', '--others', '--exclude-standard'),
  ];
  return [...new Set(listed.flatMap((lines) => lines.split('\n')).filter((line) => line !== ''))].sort();
}

export function trackedFiles(): Promise<string[]> {
  return git('ls-files', '--cached', '--others', '--exclude-standard').then((lines) => lines.split('\n'));
}

async function git(...args: string[]): Promise<string> {
  const { exitCode, output } = await runCommand('git', ['-c', 'core.quotePath=off', ...args]);
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${output}`);
  return output.trim();
}

// Finds a builder's mounts.
import { readFileSync } from 'node:fs';

export function mountsBelow(folder: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.flatMap((line) => line.split(' ')[4] ?? []).filter((path) => path.startsWith(`${folder}/`));
}

// Lets programs kill themselves at a moment: at their start, after a part of their output, or after all of it.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Doom {
  /** The name of the program's file, or some of its arguments. */
  word: string;
  moment: 'just started' | 'in the middle' | 'after its output';
  signal: 'KILL' | 'TERM';
}

/** Kills the program in the folder whenever it runs, until it is spared. */
export function doomed(folder: string, { word, moment, signal }: Doom): void {
  writeFileSync(join(folder, 'doom'), `${moment.replaceAll(' ', '-')} ${signal} ${word}\n`, { mode: 0o644 });
}

export function spare(folder: string): void {
  rmSync(join(folder, 'doom'), { force: true });
}

/** Bytes of output before a death in the middle. */
const partBytes = 30;

/** Writes a program that runs `real`, after the given line of the shell. */
export function addDoomed(
  folder: string,
  { name, real, before = ':' }: { name: string; real: string; before?: string },
): void {
  const script = `#!/bin/sh
${before}
if { read -r moment signal word < ${folder}/doom; } 2>/dev/null; then
  case " \${0##*/} $* " in *" $word "*)
    case $moment in
      in-the-middle) ${real} "$@" | head -c ${partBytes};;
      after-its-output) ${real} "$@";;
    esac
    kill -$signal $$;;
  esac
fi
exec ${real} "$@"
`;
  writeFileSync(join(folder, name), script, { mode: 0o755 });
}

// npm hands signals on, but nobody hears of a SIGKILL of npm: then nobody is left who asked for what it started.
import { readFileSync } from 'node:fs';

const pollMs = 500;
const shell = /^(?:sh|ash|bash|dash|zsh)$/;

/** Calls `gone` once when npm, which started this process, is no longer there. Without npm there is nothing to watch. */
export function onNpmGone(gone: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = ancestry();
  const timer = setInterval(() => {
    if (ancestry() === before) return;
    clearInterval(timer);
    gone();
  }, pollMs).unref();
}

/** Up to npm: it starts scripts by a shell, and not every shell makes way for what it runs. */
function ancestry(): string {
  const parent = process.ppid;
  const stat = readStat(parent);
  return shell.test(stat?.name ?? '') ? `${parent} ${stat?.parent}` : `${parent}`;
}

/** Undefined where there is no /proc. */
function readStat(pid: number): { name: string; parent: string } | undefined {
  try {
    const [, name = '', parent = ''] =
      /^\d+ \((.*)\) \S+ (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    return { name, parent };
  } catch {
    return undefined;
  }
}

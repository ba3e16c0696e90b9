// Reads the resident memory of processes, from /proc.
import { readdirSync, readFileSync } from 'node:fs';

export function residentMiB(pid: number): number {
  const [, kiB = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kiB) / 1024);
}

/** The workerd that this process started. */
export function workerdPid(): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+) /.exec(stat) ?? [];
      if (command === 'workerd' && Number(parent) === process.pid) return Number(name);
    } catch {
      // The process ended meanwhile.
    }
  }
  throw new Error('this process has no workerd');
}

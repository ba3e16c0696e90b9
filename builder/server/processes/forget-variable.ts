// Removes a variable from this process's environment and from the memory that /proc/<pid>/environ shows. If it were only deleted from
// `process.env`, every process of the same user could still read it.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Throws if the variable would remain readable. */
export function forgetVariable(name: string): void {
  delete process.env[name];
  if (process.platform !== 'linux') return;
  for (const { start, length } of entriesOf(name)) overwrite(start, length);
  if (entriesOf(name).length > 0) throw new Error(`${name} can't be removed from /proc/self/environ`);
}

interface Entry {
  start: number;
  length: number;
}

/** Returns the positions of the variable's values, as offsets into the environment. */
function entriesOf(name: string): Entry[] {
  const environment = readFileSync('/proc/self/environ', 'latin1');
  let at = 0;
  const entries: Entry[] = [];
  for (const entry of environment.split('\0')) {
    if (entry.startsWith(`${name}=`)) entries.push({ start: at, length: entry.length });
    at += entry.length + 1;
  }
  return entries;
}

function overwrite(offset: number, length: number): void {
  const memory = openSync('/proc/self/mem', 'r+');
  try {
    writeSync(memory, Buffer.alloc(length), 0, length, environmentStart() + offset);
  } finally {
    closeSync(memory);
  }
}

/** Returns the address of the environment: field 50 of proc_pid_stat(5). The second field may contain spaces and parentheses. */
function environmentStart(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[50 - 3]);
}

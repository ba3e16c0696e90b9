// Reads the kernel's data about this machine's processes.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Returns an empty string if the process has exited. */
export function readProc(pid: number | 'self', file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

export function readLink(pid: number | 'self', file: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${file}`);
  } catch {
    return '';
  }
}

/** Returns the process's youngest descendant. */
export function youngestDescendant(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => Number(/^PPid:\s+(\d+)/m.exec(readProc(one, 'status'))?.[1]) === pid);
  const youngest = Math.max(...children);
  return children.length === 0 ? pid : youngestDescendant(youngest);
}

export function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((name) => `${name} ${readLink(pid, `fd/${name}`)}`);
}

/** Resident memory. */
export function memoryMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1] ?? 0) / 1024;
}

/** Returns the machine's memory use. */
export function usedMiB(): number {
  const [, total] = /^MemTotal:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  const [, available] = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  return (Number(total) - Number(available)) / 1024;
}

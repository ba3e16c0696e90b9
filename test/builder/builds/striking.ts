// Finds processes, and signals a process as soon as it appears.
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { liveNames, processText } from '../live-files.ts';

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Returns the processes whose environment contains the text. */
export function processesWith(text: string): number[] {
  return processes().filter((pid) => processText(pid, 'environ').includes(text));
}

function groupOf(pid: number): number {
  const stat = processText(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

function threadsOf(pid: number): string[] {
  return liveNames(`/proc/${pid}/task`);
}

/** Returns a process's descendants. */
export function descendantsOf(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) => processText(pid, `task/${thread}/children`).trim().split(' '));
  return children.filter((child) => child !== '').flatMap((child) => [Number(child), ...descendantsOf(Number(child))]);
}

/** Returns the processes in a group. */
export function membersOf(group: number): number[] {
  return processes().filter((pid) => groupOf(pid) === group);
}

/** Sends the signal to the first process below `ancestor` whose arguments match, and returns its group, unless `signal` is aborted first. */
async function strike(ancestor: number, args: RegExp, kill: NodeJS.Signals, signal: AbortSignal) {
  while (!signal.aborted) {
    const pid = descendantsOf(ancestor).find((each) => args.test(processText(each, 'cmdline').replaceAll('\0', ' ')));
    if (pid === undefined) {
      await setTimeout(1);
      continue;
    }
    const group = groupOf(pid);
    process.kill(pid, kill);
    return group;
  }
  return undefined;
}

/** A program may end before it is seen, so the work must start it each time. */
const attemptsMax = 30;

/** Runs the work until one of its processes gets the signal. Returns that run's result, and the process group. */
export async function struck<Result>(
  ancestor: number,
  args: RegExp,
  kill: NodeJS.Signals,
  work: () => Promise<Result>,
): Promise<{ result: Result; group: number }> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const over = new AbortController();
    const [group, result] = await Promise.all([
      strike(ancestor, args, kill, over.signal),
      work().finally(() => over.abort()),
    ]);
    if (group !== undefined) return { result, group };
  }
  throw new Error(`no process with the arguments ${args} was seen`);
}

// Finds programs on PATH and reads their output.
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';
import { requireNotStopped, runProgram, triedAgain } from './run-program.ts';

/** Returns the absolute path of the program. */
export function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

const timeoutMs = 10_000;
const outputBytesMax = 1024 * 1024;

/** Returns the program's output, or undefined if it fails. `name` is a path, or looked up on PATH. */
export async function programOutput(name: string, args: string[], env = process.env): Promise<string | undefined> {
  const file = name.includes(sep) ? resolve(name) : name;
  const command = { file, args, env: definedIn(env), endSignal: 'SIGKILL' } as const;
  const attempt = async () => {
    const ran = await runProgram(command, { timeoutMs, outputBytesMax });
    requireNotStopped(ran, name);
    return ran.ended === 'exit' && ran.succeeded ? ran.output.toString('utf8') : undefined;
  };
  return triedAgain(attempt).catch(() => undefined);
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

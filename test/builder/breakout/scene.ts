// Starts the attack targets on the machine (scene/scene.py).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const script = readFileSync(fileURLToPath(import.meta.resolve('./scene/scene.py')), 'utf8');
const printed = z.object({ abstractName: z.string(), segment: z.int() });

export type SceneProcess = z.infer<typeof printed> & { end(): Promise<void> };

/** `python` is the command that runs Python on the builder's machine. */
export async function startScene([file = '', ...args]: string[]): Promise<SceneProcess> {
  const child = spawn(file, [...args, '-I', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const line: string = await new Promise((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The scene ended with ${code}`)));
  });
  return {
    ...printed.parse(JSON.parse(line)),
    end: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

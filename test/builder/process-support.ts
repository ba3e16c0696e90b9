// Starts builders as a shell would, with what makes them fail, and ends them.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { compileCache, eventually, handler, mainScript, newFolder, TestBuilder, token } from './support.ts';

/** Leaves a thread behind that runs for an hour. */
export const busy = handler(
  'def load_model(self):\n    threading.Thread(target=time.sleep, args=(3600,)).start()\n\ndef predict(self, request):\n    return {}',
  'import threading\nimport time',
);

/** Returns a program that describes itself as a Python of this version. */
export function fakePython(version: string): string {
  const path = join(newFolder(), 'python');
  const described = JSON.stringify({
    executable: path,
    files: [],
    packages: [],
    version: version.split('.').map(Number),
    abi: '',
    machine: 'x86_64',
    libc: '',
  });
  writeFileSync(path, `#!/bin/sh\necho '${described}'\n`, { mode: 0o755 });
  return path;
}

/** Ends a builder with two instances, and expects that none of their processes goes on. */
export async function expectNoWorkersAfter(end: (builder: TestBuilder) => Promise<unknown>): Promise<void> {
  const builder = await TestBuilder.start();
  await builder.run(busy);
  await builder.run(busy);
  expect(builder.workers().length).toBeGreaterThanOrEqual(2);
  await end(builder);
  await eventually(() => builder.workers()).toEqual([]);
  await builder.close();
}

export function environment(env: Record<string, string>): Record<string, string | undefined> {
  return {
    ...process.env,
    NODE_COMPILE_CACHE: compileCache,
    BUILDER_TOKEN: token,
    BUILDER_PORT: '0',
    BUILDER_STATE: newFolder(),
    ...env,
  };
}

/** Starts a builder, and returns how it ended. */
export function failedStart(env: Record<string, string>): Promise<{ code: unknown; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [mainScript], { env: environment(env) }, (error, _, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
}

// Runs code to copy in the way that the console says.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { inject } from 'vitest';
import { goCache } from '../../../scripts/testing/caches/go-cache.ts';
import type { CodeLanguage } from '../../../src/client/call-code/call-code.ts';
import { ownVariables } from '../../cli/slipway.ts';

/** Makes a folder with the command `slipway`. */
export function pasteFolder(): string {
  const bin = mkdtempSync(join(tmpdir(), 'slipway-pasted-'));
  const command = `#!/bin/sh\nexec '${process.execPath}' '${resolve(inject('cli'))}' "$@"\n`;
  writeFileSync(join(bin, 'slipway'), command, { mode: 0o755 });
  return bin;
}

const files: Record<CodeLanguage, string> = {
  Python: 'call.py',
  JavaScript: 'call.mjs',
  Go: 'call.go',
  curl: 'call.sh',
  slipway: 'call.sh',
};

interface Place {
  bin: string;
  apiKey: string;
}

export interface Pasted {
  exit: number;
  stdout: string;
  stderr: string;
}

export function paste(language: CodeLanguage, code: string, { apiKey, bin }: Place): Promise<Pasted> {
  const folder = join(bin, `in-${language}`);
  mkdirSync(folder, { recursive: true });
  const file = files[language];
  writeFileSync(join(folder, file), code);
  const programs = {
    Python: [inject('python'), file],
    JavaScript: [process.execPath, file],
    Go: ['go', 'run', file],
    curl: ['sh', file],
    slipway: ['bash', file],
  } satisfies Record<CodeLanguage, string[]>;
  const [program = '', ...args] = programs[language];
  const own = ownVariables({ HOME: bin, CGO_ENABLED: '0', GOCACHE: resolve(goCache), SLIPWAY_API_KEY: apiKey });
  const env = { ...own, PATH: `${bin}${delimiter}${own.PATH}` };
  return new Promise((done) => {
    const child = execFile(program, args, { cwd: folder, env }, (_, stdout, stderr) =>
      done({ exit: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

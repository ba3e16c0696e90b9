// Converts uv's error output to an error for the plugin's author.
import type { EnvironmentError } from '../../../src/contract/builder/environments.ts';
import { ProgramStopped, type Ran } from '../programs/run-program.ts';
import { EnvironmentFailed } from './environment-failed.ts';

/** The first match wins. Anything else may be the builder's fault, and is retried. */
const causes: [pattern: RegExp, code: EnvironmentError['code']][] = [
  [/Hash mismatch for|hash mismatch/i, 'hash-mismatch'],
  [/No solution found|no usable wheels|not found in the package registry/, 'unsatisfiable'],
  [
    /error sending request|client error|connect error|dns error|timed out|connection|status (?:429|5\d\d)/i,
    'index-unreachable',
  ],
  [/File too large/i, 'too-large'],
  [/No space left|Cannot allocate memory|memory allocation/i, 'limit-exceeded'],
  [
    /wheel is invalid|invalid wheel|Failed to (?:read|extract|unzip|install|download)|RECORD|\.dist-info|zip|wheel/i,
    'wheel-refused',
  ],
];

/** Removes the builder's own `folders` from the message. */
export function uvFailure(ran: Ran, folders: string[]): EnvironmentFailed {
  if (ran.ended === 'timeout') return new EnvironmentFailed('limit-exceeded', 'uv did not finish in time.');
  if (ran.ended !== 'exit') return new EnvironmentFailed('limit-exceeded', 'The lock is too long.');
  if (ran.endedBy === 'others') return new EnvironmentFailed('install-failed', new ProgramStopped('uv', ran).message);
  const explanation = explanationIn(ran.errors, folders);
  if (/signal/.test(ran.reason))
    return new EnvironmentFailed('limit-exceeded', `uv exited with ${ran.reason}. ${explanation}`.trim());
  const [, code = 'install-failed'] = causes.find(([pattern]) => pattern.test(explanation)) ?? [];
  return new EnvironmentFailed(code, explanation || `uv exited with ${ran.reason}.`);
}

/** Returns uv's error without its progress and hints. The hints mention options that only the builder can set. */
function explanationIn(errors: string, folders: string[]): string {
  const lines = errors.split('\n');
  const start = lines.findIndex((line) => /^error:|^ {2}× /.test(line));
  let text =
    lines
      .slice(Math.max(0, start))
      .join('\n')
      .split(/\n\n?hint:/)[0] ?? '';
  for (const folder of folders) text = text.replaceAll(`${folder}/`, '');
  return text
    .replace(/^error: /, '')
    .replaceAll(/^ +cause: /gm, '')
    .replaceAll(/\n +/g, '\n')
    .trim();
}

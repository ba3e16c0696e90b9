// Renders why a Git source didn't become a version.
import type { InstallError } from '../../contract/builder/go-plugins.ts';
import type { LogLine } from '../../contract/builder/logs/line.ts';
import type { SourceRefusal } from '../../contract/builder/sources.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { Problem } from '../../core/problem.ts';
import { blocks, findingWire } from './finding-wire.ts';

type RefusalCode = SourceRefusal['refused']['code'];

const ofCredentials: RefusalCode[] = [
  'credential-missing',
  'credential-refused',
  'credential-expired',
  'host-key-changed',
];
const credentialCodes = new Set<string>(ofCredentials);

/** The source was never read, so nothing in it can be fixed. */
const notFetched = new Set<string>([
  ...ofCredentials,
  'repository-not-taken',
  'repository-not-found',
  'repository-unreachable',
  'ref-not-taken',
  'ref-not-found',
  'path-not-taken',
  'path-not-found',
  'fetch-timeout',
] satisfies RefusalCode[]);

/** The builder is at fault. */
const ofBuilder = new Set<string>(['analyzer-failed', 'capability-missing']);

export function refusalProblem(
  { code, message }: InstallError,
  { findings, log, again = 'install' }: { findings: Finding[]; log: LogLine[]; again?: 'install' | 'publish' },
): Problem {
  if (ofBuilder.has(code))
    return new Problem('capability-missing', message, {
      ...(code === 'analyzer-failed' ? { hint: `Ask the operator, or ${again} again later.` } : {}),
    });
  const violations = findings.filter(blocks).map(findingWire);
  const hint = credentialCodes.has(code)
    ? `Add or replace the credential as the message says, then ${again} again.`
    : again === 'install'
      ? 'Check the URL and the ref, then install again.'
      : 'Check the URL, the ref and the path, then publish again.';
  return new Problem('plugin-refused', message, {
    ...(notFetched.has(code) ? { hint } : {}),
    fields: [{ path: ['body'], message, type: code }],
    ...(violations.length + log.length === 0 ? {} : { details: violations.length > 0 ? { violations } : { log } }),
  });
}

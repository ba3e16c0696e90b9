// Implements `slipway doctor`: checks this machine's programs, then the server, the API key and the clock.
import { z } from 'zod';
import { findGo } from '../../../builder/server/builds/go.ts';
import { findPython } from '../../../builder/server/python/python.ts';
import { findGit } from '../../../builder/server/sources/git.ts';
import { SlipwayClient } from '../../client/client.ts';
import { credentialProblem } from '../../client/credential.ts';
import { ApiError, ConnectionError } from '../../client/errors.ts';
import { type ConnectionFlags, type Environment, resolveSettings, type Settings } from '../connection/settings.ts';
import { formatDuration } from '../duration.ts';
import { printable } from '../terminal-text.ts';
import { version } from '../version.ts';

export interface Finding {
  name: string;
  /** `lacking` if only some commands need it. */
  status: 'right' | 'lacking' | 'wrong';
  detail: string;
  fix?: string;
}

const nodeMinimum = 20;
/** Presigned URLs carry their start time and expire after minutes, so a wrong clock makes them invalid. */
const skewMaxMs = 60_000;
const timeoutMs = 10_000;
const openApiDocument = z.object({ info: z.object({ version: z.string() }) });

export async function diagnose(flags: ConnectionFlags, environment: Environment): Promise<Finding[]> {
  const settings = resolveSettings(flags, environment);
  const [python, go, git, server] = await Promise.all([
    findPython(environment.PYTHON || undefined),
    findGo(),
    findGit(),
    checkServer(settings),
  ]);
  return [
    checkNode(),
    typeof python === 'string'
      ? lacking('python', python, 'install Python to use `slipway test`')
      : right('python', python.version),
    'reason' in go
      ? lacking('go', firstSentence(go.reason), 'install Go 1.24 or newer to test Go plugins')
      : right('go', go.version),
    'reason' in git
      ? lacking('git', firstSentence(git.reason), 'install Git to run a local builder')
      : right('git', 'installed'),
    ...server,
  ];
}

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const found = `${process.versions.node}, slipway ${version}`;
  return major >= nodeMinimum ? right('node', found) : wrong('node', found, `install Node ${nodeMinimum} or later`);
}

async function checkServer(settings: Settings): Promise<Finding[]> {
  const { origin, value: url } = settings.baseUrl;
  const sentAt = Date.now();
  try {
    const response = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(timeoutMs) });
    const took = Date.now() - sentAt;
    const clock = checkClock(response.headers.get('date'), sentAt + took / 2);
    const { info } = openApiDocument.parse(await response.json());
    const server = right('server', `${url} (${origin}) responded in ${formatDuration(took)}, version ${info.version}`);
    return [server, clock, await checkKey(settings)];
  } catch (error) {
    const why = new ConnectionError(url, error).message;
    return [
      wrong(
        'server',
        why,
        'start a local server with `npm start`, or set another URL with --base-url or SLIPWAY_BASE_URL',
      ),
    ];
  }
}

/** The Date header has a resolution of one second. */
function checkClock(date: string | null, now: number): Finding {
  const skewMs = date === null ? Number.NaN : now - (Date.parse(date) + 500);
  if (Number.isNaN(skewMs)) return right('clock', 'not compared: the server sends no Date header');
  const skew = `${formatDuration(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead of'} the server`;
  if (Math.abs(skewMs) > skewMaxMs) return wrong('clock', skew, "correct this machine's clock");
  return right('clock', Math.abs(skewMs) < 1000 ? 'in sync with the server' : skew);
}

async function checkKey({ apiKey, baseUrl }: Settings): Promise<Finding> {
  if (!apiKey) return wrong('key', 'no API key', 'run `slipway login` or set SLIPWAY_API_KEY');
  const problem = credentialProblem(apiKey.value);
  if (problem !== undefined)
    return wrong('key', `the key from ${apiKey.origin} contains ${problem}`, 'copy the key again, without line breaks');
  const client = new SlipwayClient({ baseUrl: baseUrl.value, apiKey: apiKey.value });
  try {
    const { name, scopes } = await client.get('/v1/keys/self', { signal: AbortSignal.timeout(timeoutMs) });
    return right('key', `${name} (${apiKey.origin}): ${scopes.join(' ')}`);
  } catch (error) {
    if (error instanceof ApiError)
      return wrong('key', `${error.message} (${apiKey.origin})`, 'run `slipway login` again');
    throw error;
  }
}

/** Drops the builder's advice: the fix says what to do on this machine. */
function firstSentence(text: string): string {
  return text.split('. ')[0] ?? text;
}

function right(name: string, detail: string): Finding {
  return { name, status: 'right', detail };
}

function lacking(name: string, detail: string, fix: string): Finding {
  return { name, status: 'lacking', detail, fix };
}

function wrong(name: string, detail: string, fix: string): Finding {
  return { name, status: 'wrong', detail, fix };
}

const marks = { right: '✓', lacking: '!', wrong: '✗' } as const;

export function formatDiagnosis(findings: Finding[]): string {
  const lines = findings.flatMap(({ detail, fix, name, status }) => [
    `${marks[status]} ${name.padEnd(7)} ${printable(detail)}\n`,
    ...(fix === undefined ? [] : [`  fix     ${fix}\n`]),
  ]);
  return lines.join('');
}

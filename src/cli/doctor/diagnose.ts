// What `slipway doctor` looks at: this machine's programs, then the server, the key and the clock.

import { z } from 'zod';
import { findGo } from '../../../builder/server/builds/go.ts';
import { findPython } from '../../../builder/server/python/python.ts';
import { findGit } from '../../../builder/server/sources/git.ts';
import { SlipwayClient } from '../../client/client.ts';
import { ApiError, ConnectionError } from '../../client/errors.ts';
import { type ConnectionFlags, type Environment, type Settings, settingsOf } from '../connection/settings.ts';
import { shownDuration } from '../duration.ts';
import { printable } from '../terminal-text.ts';
import { version } from '../version.ts';

export interface Finding {
  name: string;
  /** `lacking`: only some commands need it. */
  status: 'right' | 'lacking' | 'wrong';
  detail: string;
  fix?: string;
}

const nodeMinimum = 20;
/** Presigned URLs are valid for minutes, and say since when. */
const skewMaxMs = 60_000;
const timeoutMs = 10_000;
const openApiDocument = z.object({ info: z.object({ version: z.string() }) });

export async function diagnose(flags: ConnectionFlags, environment: Environment): Promise<Finding[]> {
  const settings = settingsOf(flags, environment);
  const [python, go, git, server] = await Promise.all([
    findPython(environment.PYTHON || undefined),
    findGo(),
    findGit(),
    serverFindings(settings),
  ]);
  return [
    node(),
    typeof python === 'string' ? lacking('python', python, '`slipway test` needs it') : right('python', python.version),
    'reason' in go ? lacking('go', go.reason, 'only Go plugins need it') : right('go', go.version),
    'reason' in git ? lacking('git', git.reason, 'only a local builder needs it') : right('git', 'is there'),
    ...server,
  ];
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const found = `${process.versions.node}, slipway ${version}`;
  return major >= nodeMinimum ? right('node', found) : wrong('node', found, `install Node ${nodeMinimum} or newer`);
}

async function serverFindings(settings: Settings): Promise<Finding[]> {
  const { origin, value: url } = settings.baseUrl;
  const asked = Date.now();
  try {
    const response = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(timeoutMs) });
    const took = Date.now() - asked;
    const clock = clockFinding(response.headers.get('date'), asked + took / 2);
    const { info } = openApiDocument.parse(await response.json());
    const server = right('server', `${url} (${origin}) answers in ${shownDuration(took)}, version ${info.version}`);
    return [server, clock, await keyFinding(settings)];
  } catch (error) {
    const why = new ConnectionError(url, error).message;
    return [wrong('server', why, '`npm start` starts one here; --base-url or SLIPWAY_BASE_URL names another')];
  }
}

/** The header has whole seconds. */
function clockFinding(date: string | null, now: number): Finding {
  const skewMs = date === null ? Number.NaN : now - (Date.parse(date) + 500);
  if (Number.isNaN(skewMs)) return lacking('clock', 'the server tells no time', 'nothing to do');
  const said = `${shownDuration(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead of'} the server`;
  if (Math.abs(skewMs) > skewMaxMs) return wrong('clock', said, 'set the clock of this machine');
  return right('clock', Math.abs(skewMs) < 1000 ? 'as the server has it' : said);
}

async function keyFinding({ apiKey, baseUrl }: Settings): Promise<Finding> {
  if (!apiKey) return wrong('key', 'there is none', '`slipway login`, or set SLIPWAY_API_KEY');
  const client = new SlipwayClient({ baseUrl: baseUrl.value, apiKey: apiKey.value });
  try {
    const { name, scopes } = await client.get('/v1/keys/self', { signal: AbortSignal.timeout(timeoutMs) });
    return right('key', `${name} (${apiKey.origin}): ${scopes.join(' ')}`);
  } catch (error) {
    if (error instanceof ApiError) return wrong('key', `${error.message} (${apiKey.origin})`, '`slipway login` again');
    throw error;
  }
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

export function diagnosisText(findings: Finding[]): string {
  const lines = findings.flatMap(({ detail, fix, name, status }) => [
    `${marks[status]} ${name.padEnd(7)} ${printable(detail)}\n`,
    ...(fix === undefined ? [] : [`  fix     ${fix}\n`]),
  ]);
  return lines.join('');
}

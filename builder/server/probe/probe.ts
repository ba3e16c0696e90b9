// Starts a plugin in a sandbox and makes it try what the sandbox must prevent: reaching this machine's network, files and processes,
// and gaining privileges. A sandbox that starts but doesn't confine the plugin isn't used.
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { callAnswerSchema } from '../../../src/contract/builder/instances.ts';
import { builderLimits, probeMs } from '../../../src/contract/limits/builder.ts';
import { formatSeconds } from '../../../src/core/quantities.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import { LogWriter } from '../processes/log-writer.ts';
import { Cancellation } from '../processes/plugin-call.ts';
import type { Command } from '../programs/command.ts';
import { hostFolder } from '../programs/host-scripts.ts';
import { ProgramStopped, triedAgain } from '../programs/run-program.ts';
import { PythonProcess } from '../python/python-process.ts';
import { copyReadable } from '../sandbox/readable-copies.ts';
import { type Home, hasOwnRoot, type Sandbox } from '../sandbox/sandbox.ts';

const environment: ReadonlySet<string> = new Set(['HOME', 'LANG', 'NUMBA_CACHE_DIR', 'PATH', 'TMPDIR']);

const reportSchema = z.object({
  connects: z.boolean(),
  sees: z.boolean(),
  opens: z.boolean(),
  reads: z.boolean(),
  root: z.boolean(),
  writes: z.boolean(),
  processes: z.int(),
  builder: z.enum(['absent', 'refused', 'allowed']),
  environment: z.array(z.string()),
  gains: z.boolean(),
  bounds: z.boolean(),
  calls: z.array(z.string()),
});

type Report = z.infer<typeof reportSchema>;

interface Canaries {
  /** Readable by every user. */
  shared: string;
  /** Readable only by the builder's user. */
  secret: string;
}

/** Writes the probe's code to the home, where `sandboxProblem` starts it. */
export async function writeProbe(home: Home): Promise<void> {
  await copyReadable(join(hostFolder, 'sandbox_probe.py'), join(home.code, 'realtime.py'));
}

/**
 * Returns why the sandbox can't be used: the plugin couldn't be started, or it was able to do something forbidden. Tries again if others
 * end the probe, since a weaker sandbox would be used instead.
 */
export async function sandboxProblem(
  command: Command,
  sandbox: Sandbox,
  home: Home,
  limits: Limits,
): Promise<string | undefined> {
  const [server, canaries] = await Promise.all([listen(), writeCanaries(home)]);
  const address = server.address();
  const inputs = {
    port: typeof address === 'object' ? address?.port : undefined,
    ...canaries,
    builder: process.pid,
  };
  try {
    const report = await triedAgain(() => reportFrom(command, limits, inputs));
    return 'failure' in report ? report.failure : problemsOf(report, sandbox).join(', ') || undefined;
  } catch (error) {
    return `the probe failed: ${error instanceof Error ? error.message : error}`;
  } finally {
    server.close();
    for (const path of Object.values(canaries)) await rm(path, { force: true }).catch(() => {}); // the next start removes them
  }
}

interface NoReport {
  failure: string;
}

/** Starts the probe and calls it. Throws if others ended it. */
async function reportFrom(command: Command, limits: Limits, inputs: object): Promise<Report | NoReport> {
  const lines: string[] = [];
  const log = new LogWriter(({ line }) => lines.push(line), 500, Date.now);
  const plugin = { plugin: { name: 'probe', version: '1.0.0' }, dependencies: [] };
  const worker = new PythonProcess(command, { limits, log, onCallEnded: () => {} }, plugin);
  try {
    const report = await withTimeout(reportOf(worker, inputs));
    return 'failure' in report ? { failure: `${report.failure} ${lines.at(-1) ?? ''}`.trim() } : report;
  } finally {
    await worker.end('probed');
  }
}

async function reportOf(worker: PythonProcess, inputs: object): Promise<Report | NoReport> {
  const stopped = (): Promise<never> =>
    worker.exited.then((reason) => {
      throw new ProgramStopped('The probe', { reason, errors: '' });
    });
  const failure = await worker.load(() => {});
  if (failure?.code === 'process-killed') return stopped();
  if (failure) return { failure: failure.message };
  const body = Buffer.from(JSON.stringify({ inputs, parameters: {} }));
  const call = { body, requestId: '', limitMs: builderLimits.callMs, cancellation: new Cancellation() };
  const answer = await worker.call({ ...call, hold: () => () => {} }).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'instance-killed') return stopped();
    throw error;
  });
  const parsed = callAnswerSchema.parse(JSON.parse(new TextDecoder().decode(answer)));
  if (parsed.status === 'error') return { failure: `The probe failed: ${parsed.error.message}` };
  return reportSchema.parse(parsed.result);
}

/**
 * Returns what the report shows that the sandbox should have prevented. Nothing confines a process of kind `none`, but it gets no
 * secrets.
 */
function problemsOf(report: Report, sandbox: Sandbox): string[] {
  const ownRoot = hasOwnRoot(sandbox);
  const closed = ownRoot || sandbox.kind === 'landlock';
  const confined = sandbox.kind !== 'none';
  // Without CAP_SETPCAP, a process can't empty this set, but no_new_privs makes it useless anyway.
  const unbounded = ownRoot || sandbox.ownUser;
  const problems: [boolean, string][] = [
    [closed && report.connects, 'a plugin can reach the network'],
    [ownRoot && report.sees, "a plugin can see this machine's files"],
    [closed && report.opens, "a plugin can open this machine's files"],
    [confined && report.reads, "a plugin can read the builder's files"],
    [confined && report.writes, 'a plugin can write outside its folder'],
    [confined && report.root, 'a plugin runs as root'],
    [closed && report.processes > 0, 'a plugin can see other processes'],
    [ownRoot && report.builder !== 'absent', 'a plugin can see the builder'],
    [confined && report.builder === 'allowed', 'a plugin can send signals to the builder'],
    [report.environment.some((name) => !environment.has(name)), "a plugin has the builder's variables"],
    [report.gains, 'a plugin can gain privileges'],
    [unbounded && report.bounds, 'a plugin has capabilities in its bounding set'],
    [confined && report.calls.length > 0, `a plugin can make the system call ${report.calls.join(' and ')}`],
  ];
  return problems.flatMap(([isPresent, problem]) => (isPresent ? [problem] : []));
}

/** Writes the canaries next to the home: other users may pass through the homes' parent folder, but not through the home. */
async function writeCanaries(home: Home): Promise<Canaries> {
  const folder = dirname(home.code);
  const canaries = { shared: `${folder}.shared`, secret: `${folder}.secret` };
  await writeFile(canaries.shared, '', { mode: 0o644 });
  await writeFile(canaries.secret, '', { mode: 0o600 });
  return canaries;
}

function listen(): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

async function withTimeout<T>(probed: Promise<T>): Promise<T | NoReport> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<NoReport>((resolve) => {
    timer = setTimeout(() => resolve({ failure: `not ready within ${formatSeconds(probeMs)}` }), probeMs);
  });
  return Promise.race([probed, late]).finally(() => clearTimeout(timer));
}

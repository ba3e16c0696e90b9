// Runs Miniflare with the local Worker for `npm start`, in a process that is replaced when the Worker doesn't respond. It has
// start.ts's arguments and environment. start.ts sends the bundle and the organization when the database is ready.
import { once } from 'node:events';
import { z } from 'zod';
import { outsideAddresses } from '../machine/ports.ts';
import { localSecrets } from './secrets.ts';
import { localUrls, readStartSettings, type StartSettings } from './settings.ts';
import { endGroupWithProcess } from './supervise.ts';
import { answerWorkInProgress, WorkInProgress } from './work-in-progress.ts';
import { startWorker, type WorkerSettings } from './worker.ts';
import { readBundle } from './worker-bundle.ts';

/** The result of open-database.ts. */
const inputSchema = z.object({ bundle: z.string(), organization: z.string() });
type Input = z.infer<typeof inputSchema>;

process.once('disconnect', () => process.exit(1));
endGroupWithProcess();
const settings = readStartSettings(process.argv.slice(2), process.env);
if (typeof settings === 'string') throw new Error(settings);
const arriving = once(process, 'message');
// Load this while the database is being prepared.
await import('miniflare');
const [message] = await arriving;
const onLine = (line: string) => void process.stderr.write(`${line}\n`);
try {
  const input = inputSchema.parse(message);
  const work = new WorkInProgress(settings.state, input.bundle);
  const { clockUrl } = await startWorker(await readWorkerSettings(settings, input, work));
  answerWorkInProgress(work);
  process.send?.({ clockUrl });
} catch (error) {
  onLine(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

async function readWorkerSettings(
  start: StartSettings,
  { bundle, organization }: Input,
  work: WorkInProgress,
): Promise<WorkerSettings> {
  const secrets = await localSecrets(start.state);
  return {
    ...start,
    // Without a proxy, browsers may use these addresses. They aren't names, which a page could point to this machine.
    hosts: [start.hosts, ...(start.consoleUrl === undefined ? [] : outsideAddresses())].filter(Boolean).join(','),
    onLine,
    bundle: await readBundle(bundle),
    work: { counts: await work.counts(), take: (line) => work.take(line) },
    builderUrls: start.builder?.urls ?? [localUrls(start).builder_url],
    secrets: { ...secrets, builder_token: start.builder?.token ?? secrets.builder_token },
    apiUrl: localUrls(start).url,
    grantingOrganization: start.publicUrl === undefined ? organization : undefined,
    anonymousOrganization: start.anonymous ? organization : undefined,
  };
}

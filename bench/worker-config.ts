// Runs the Worker of a bench: without requests that need no API key, and without grants of its own.

import { type LocalWorker, startWorker, type WorkerSettings } from '../scripts/local/worker.ts';
import { loopback } from '../scripts/machine/ports.ts';

type Reach = 'anonymousOrganization' | 'hosts' | 'bind' | 'apiUrl';
type Unused = Reach | 'grantingOrganization' | 'allowLoopback' | 'verbose' | 'onLine';
type BenchSettings = Omit<WorkerSettings, Unused> & Partial<Pick<WorkerSettings, 'allowLoopback' | 'verbose'>>;

export function startBenchWorker(settings: BenchSettings): Promise<LocalWorker> {
  return startWorker({
    allowLoopback: false,
    verbose: false,
    ...settings,
    bind: loopback,
    apiUrl: `http://${loopback}:${settings.port}`,
    grantingOrganization: undefined,
    anonymousOrganization: undefined,
    hosts: '',
    onLine: (line) => void process.stderr.write(`${line}\n`),
  });
}

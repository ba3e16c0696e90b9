// Runs the Worker for a benchmark: every request needs an API key, and there are no default grants.

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

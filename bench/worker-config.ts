// Configures the Worker of a bench: without requests that need no API key, and without grants of its own.
import { type WorkerSettings, writeWorkerConfig } from '../scripts/local/runtime/worker-config.ts';

type Unused = 'anonymousOrganization' | 'grantingOrganization' | 'hosts' | 'allowLoopback' | 'verbose';
type BenchSettings = Omit<WorkerSettings, Unused> & Partial<Pick<WorkerSettings, 'allowLoopback' | 'verbose'>>;

export function writeBenchConfig(settings: BenchSettings): Promise<void> {
  return writeWorkerConfig({
    allowLoopback: false,
    verbose: false,
    ...settings,
    grantingOrganization: undefined,
    anonymousOrganization: undefined,
    hosts: '',
  });
}

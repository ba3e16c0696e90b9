// Configures the Worker of a bench: without requests that need no API key, and without grants of its own.
import { loopback } from '../scripts/local/ports.ts';
import { type WorkerSettings, writeWorkerConfig } from '../scripts/local/runtime/worker-config.ts';

type Reach = 'anonymousOrganization' | 'hosts' | 'bind' | 'apiUrl';
type Unused = Reach | 'grantingOrganization' | 'allowLoopback' | 'verbose';
type BenchSettings = Omit<WorkerSettings, Unused> & Partial<Pick<WorkerSettings, 'allowLoopback' | 'verbose'>>;

export function writeBenchConfig(settings: BenchSettings): Promise<void> {
  return writeWorkerConfig({
    allowLoopback: false,
    verbose: false,
    ...settings,
    bind: loopback,
    apiUrl: `http://${loopback}:${settings.port}`,
    grantingOrganization: undefined,
    anonymousOrganization: undefined,
    hosts: '',
  });
}

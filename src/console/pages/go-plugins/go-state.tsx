// Whether a Go plugin is built and runs, or crashes.
import type { Schemas } from '../../data/api.ts';
import { Status } from '../../parts/status.tsx';
import { InstanceState } from '../deployments/instance.tsx';

export function GoState({ plugin: { loaded, restarts, status } }: { plugin: Schemas['GoPlugin'] }) {
  if (status === 'error') return <Status tone="bad">failed</Status>;
  if (status === 'building') return <Status tone="busy">{loaded ? 'updating' : 'building'}</Status>;
  const state = loaded ? 'running' : restarts === null ? 'asleep' : 'restarting';
  return <InstanceState instance={{ restarts, state }} />;
}

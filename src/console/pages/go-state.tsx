// Whether a Go plugin is built and runs.
import type { Schemas } from '../data/api.ts';
import { Status } from '../parts/status.tsx';

export function GoState({ plugin: { loaded, status } }: { plugin: Schemas['GoPlugin'] }) {
  if (status === 'error') return <Status tone="bad">failed</Status>;
  if (status === 'building') return <Status tone="busy">building</Status>;
  return loaded ? <Status tone="good">running</Status> : <Status tone="good">asleep, starts with a call</Status>;
}

// The state of a call that is answered later, by the words of the command line.
import type { LaterCallState } from '../../data/calls/later-calls.ts';
import { Status, type Tone } from '../../parts/status.tsx';

const tones: Record<LaterCallState, Tone> = {
  queued: 'busy',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'quiet',
  expired: 'quiet',
};

export function LaterCallStatus({ status }: { status: LaterCallState }) {
  return <Status tone={tones[status]}>{status}</Status>;
}

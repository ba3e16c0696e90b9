// Shows the result of verifying an agent plugin's artifact, as an icon and a word.
import { verificationWords } from '../../../contract/state-words.ts';
import type { Schemas } from '../../data/api.ts';
import { Status, type Tone } from '../../parts/status.tsx';

type Agent = Schemas['AgentPlugin'];

const tones: Record<Agent['verification'], Tone> = {
  pending: 'busy',
  verified: 'good',
  mismatch: 'bad',
  unreachable: 'bad',
  unverifiable: 'warning',
};

export function Verification({ plugin: { verification, yanked } }: { plugin: Agent }) {
  return (
    <>
      <Status tone={tones[verification]}>{verificationWords[verification]}</Status>
      {yanked && ' · withdrawn'}
    </>
  );
}

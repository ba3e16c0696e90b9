// Shows the result of verifying an agent plugin's artifact, as an icon and a word.
import type { Schemas } from '../../data/api.ts';
import { Status, type Tone } from '../../parts/status.tsx';

type Agent = Schemas['AgentPlugin'];

const found: Record<Agent['verification'], [Tone, string]> = {
  pending: ['busy', 'being verified'],
  verified: ['good', 'verified'],
  mismatch: ['bad', 'has a different checksum'],
  unreachable: ['bad', 'cannot be fetched'],
  unverifiable: ['warning', 'cannot be verified'],
};

export function Verification({ plugin: { verification, yanked } }: { plugin: Agent }) {
  const [tone, text] = found[verification];
  return (
    <>
      <Status tone={tone}>{text}</Status>
      {yanked && ' · withdrawn'}
    </>
  );
}

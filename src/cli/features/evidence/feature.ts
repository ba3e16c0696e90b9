// Lists the commands for evidence.
import { defineCliFeature } from '../../command/context.ts';
import { provenance, sbom, verify } from './evidence.ts';
import { signingKeys } from './signing-keys.ts';

export const feature = defineCliFeature({
  commands: [
    { add: verify, after: 'pull' },
    { add: provenance, after: 'pull' },
    { add: sbom, after: 'pull' },
    { add: signingKeys, after: 'members' },
  ],
});

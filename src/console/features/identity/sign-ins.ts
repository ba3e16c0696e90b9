// Adds the sign-in by an issuer of people.
import { lazyPart } from '../../parts/connection/load-code.ts';
import type { SignInWay } from '../../points/sign-in-way.ts';
import { takeInvitationFromAddress } from './signing-in.ts';

export const signIns: readonly SignInWay[] = [
  {
    name: 'issuers',
    Way: lazyPart(() => import('./sign-in-by-issuer.tsx')),
    takeLinkFromAddress: takeInvitationFromAddress,
  },
];

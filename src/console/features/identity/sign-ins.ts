// Adds the sign-in by an issuer of people.
import type { SignInWay } from '../../sign-in-way.ts';
import { SignInByIssuer } from './sign-in-by-issuer.tsx';
import { takeInvitationFromAddress } from './signing-in.ts';

export const signIns: readonly SignInWay[] = [
  { name: 'issuers', Way: SignInByIssuer, takeLinkFromAddress: takeInvitationFromAddress },
];

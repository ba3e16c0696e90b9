// Signs a person in by an issuer, which the browser leaves for, and gives the command line a code.
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../data/api.ts';
import { readLink } from '../../data/session.ts';

/** Secret of the opened invitation. The address bar and the history don't keep it. */
let openedInvitation: string | null = null;

export function takeInvitationFromAddress(): void {
  openedInvitation = /^#invitation=(si_[0-9A-Za-z]+)$/.exec(location.hash)?.[1] ?? null;
  if (openedInvitation !== null) history.replaceState(null, '', `${location.pathname}${location.search}`);
}

/** Reads whom the opened invitation is for. Null if none was opened. */
export const invitationQuery = queryOptions({
  queryKey: ['invitation'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: () =>
    openedInvitation === null
      ? null
      : readLink(api.post('/v1/sign-in/invitation', { body: { invitation: openedInvitation } })),
});

/** Lists the issuers by which a person can sign in to the organization. */
export function signInIssuersQuery(organization: string | undefined) {
  return queryOptions({
    queryKey: ['sign-in-issuers', organization],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const query = organization === undefined ? {} : { organization };
      return (await api.get('/v1/sign-in/issuers', { query })).issuers;
    },
  });
}

/** Returns a one-time code for the command line that has the challenge's verifier. */
export async function signInCode(code_challenge: string): Promise<string> {
  return (await api.post('/v1/person/codes', { body: { code_challenge } })).code;
}

/** Leaves for the issuer's page, which sends the browser back to this server. */
export async function signInByIssuer(
  issuer_id: string,
  { organization, page }: { organization: string | undefined; page: string },
): Promise<void> {
  const { authorization_url } = await api.post('/v1/sign-in', {
    body: { issuer_id, organization_id: organization ?? null, invitation: openedInvitation, page },
  });
  location.assign(authorization_url);
}

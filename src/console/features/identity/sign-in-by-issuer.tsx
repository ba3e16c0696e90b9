// The sign-in page's buttons for issuers of people.
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { visible } from '../../parts/visible-text.ts';
import { invitationQuery, signInByIssuer, signInIssuersQuery } from './signing-in.ts';

/** A button for each issuer of people. Its page sends the browser back, signed in. */
export default function SignInByIssuer({ page }: { page: string }) {
  const { organization } = useSearch({ from: '/sign-in' });
  const { data: issuers = [] } = useQuery(signInIssuersQuery(organization));
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const leave = async (issuerId: string) => {
    setBusy(true);
    try {
      await signInByIssuer(issuerId, { organization, page });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  const { data: invitation } = useQuery(invitationQuery);
  if (issuers.length === 0)
    return invitation ? (
      <p>Nobody can sign in here yet: the operator or an owner has to add an issuer of people first.</p>
    ) : null;
  return (
    <>
      {invitation?.read && (
        <p>
          You are invited to {visible(invitation.read.organization_name)} on {location.host}, with the role{' '}
          {invitation.read.role}. Sign in as {visible(invitation.read.email)}.
        </p>
      )}
      {invitation?.refusal !== undefined && (
        <p role="alert" className="problem">
          {invitation.refusal}
        </p>
      )}
      {issuers.map(({ issuer_id: id, name }) => (
        <p key={id}>
          <button type="button" className="primary" disabled={isBusy} onClick={() => void leave(id)}>
            Sign in with {visible(name)}
          </button>
        </p>
      ))}
      {problem !== undefined && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <p>Or use an API key:</p>
    </>
  );
}

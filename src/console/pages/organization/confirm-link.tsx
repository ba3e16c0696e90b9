// Asks before a link signs this browser in. Anyone can send a link of their own organization, and what is uploaded there afterwards is
// theirs.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Schemas } from '../../data/api.ts';
import { endSession, sessionQuery, signInWithLink } from '../../data/session.ts';
import { visible } from '../../parts/visible-text.ts';

interface ConfirmLinkProps {
  link: string;
  owner: Schemas['SignInLinkOwner'];
  /** Where signing in leads to. */
  page: string;
  forgetLink: () => void;
}

export function ConfirmLink({ link, owner, page, forgetLink }: ConfirmLinkProps) {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data: current } = useQuery(sessionQuery);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signInWithLink(link);
      endSession(queries);
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: page });
      forgetLink();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  const cancel = () => {
    forgetLink();
    void navigate({ to: page });
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>
        Sign in to {visible(owner.organization_name)} on {location.host}?
      </h1>
      {current && current.organization_id !== owner.organization_id && (
        <p role="alert" className="problem">
          This browser is signed in to another organization, {visible(current.organization_name)}. Signing in replaces
          that session.
        </p>
      )}
      <p>
        The session acts with the API key “{visible(owner.key_name)}” and ends after 12 hours. Cancel if this link is
        not from you or someone you trust.
      </p>
      {problem !== undefined && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <p className="actions">
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>{' '}
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}

// Signs in with an opened link, after confirmation, or else with an API key or in a way that a feature adds.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, Suspense, useState } from 'react';
import type { Schemas } from '../../data/api.ts';
import {
  beginSession,
  dismissLink,
  linkOwnerQuery,
  linkToConfirm,
  sessionQuery,
  signInWithKey,
  signInWithLink,
} from '../../data/session.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Mark } from '../../parts/frame/mark.tsx';
import { visible } from '../../parts/visible-text.ts';
import { added } from '../../points.ts';

interface KeyFormProps {
  /** The page shown after signing in. */
  page: string;
  /** Why a link did not sign in. */
  refusal?: string;
}

/** Signs in with an API key, which the page exchanges for a cookie and doesn't keep. */
function KeyForm({ page, refusal }: KeyFormProps) {
  const [problem, setProblem] = useState(refusal);
  const [isBusy, setBusy] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget).get('key');
    setBusy(true);
    try {
      await signInWithKey(typeof entered === 'string' ? entered.trim() : '');
      await beginSession(queries);
      await navigate({ href: page });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <>
      <h1>Sign in to Slipway</h1>
      {added('signIns').map(({ name, Way }) => (
        <Suspense key={name}>
          <Way page={page} />
        </Suspense>
      ))}
      <form onSubmit={(event) => void submit(event)}>
        <label htmlFor="key">API key</label>
        <input
          id="key"
          name="key"
          type="password"
          autoComplete="off"
          required
          placeholder="sk_…"
          aria-describedby="key-note"
        />
        <p id="key-note">The key is exchanged for a 12-hour session and not kept.</p>
        {problem !== undefined && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p>Or let the command line open the console with its own key:</p>
      <Copyable text="slipway open" />
    </>
  );
}

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const [link, setLink] = useState(linkToConfirm);
  const forgetLink = () => {
    dismissLink();
    setLink(null);
  };
  const page = next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
  return (
    <main className="sign-in">
      <p className="brand">
        <Mark /> Slipway
      </p>
      {link === null ? <KeyForm page={page} /> : <OpenedLink link={link} page={page} forgetLink={forgetLink} />}
    </main>
  );
}

interface OpenedLinkProps {
  link: string;
  /** The page shown after signing in. */
  page: string;
  forgetLink: () => void;
}

/** If the link can't be used, asks for an API key instead. */
function OpenedLink({ link, page, forgetLink }: OpenedLinkProps) {
  const { data, error } = useQuery(linkOwnerQuery(link));
  if (data?.read) return <ConfirmLink link={link} owner={data.read} page={page} forgetLink={forgetLink} />;
  const refusal = data?.refusal ?? error?.message;
  return refusal === undefined ? <p role="status">Reading the link…</p> : <KeyForm page={page} refusal={refusal} />;
}

interface ConfirmLinkProps {
  link: string;
  owner: Schemas['SignInLinkOwner'];
  /** The page shown after signing in. */
  page: string;
  forgetLink: () => void;
}

/**
 * Asks before a link signs this browser in. Anyone can send a link to their own organization, and would own whatever is uploaded there
 * afterwards.
 */
function ConfirmLink({ link, owner, page, forgetLink }: ConfirmLinkProps) {
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
      await beginSession(queries);
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

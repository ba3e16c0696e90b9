// Signs in with an API key. The key is exchanged for a cookie and not kept by the page.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { sessionQuery, signInWithKey } from '../../data/session.ts';
import { Copyable } from '../../parts/copyable.tsx';

interface KeyFormProps {
  /** Where signing in leads to. */
  page: string;
  /** Why a link did not sign in. */
  refusal?: string;
}

export function KeyForm({ page, refusal }: KeyFormProps) {
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
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: page });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <>
      <h1>Sign in to Slipway</h1>
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
        <p id="key-note">The key is exchanged for a session of 12 hours and not kept.</p>
        {problem !== undefined && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p>Or let the command line open the console with the key that it uses:</p>
      <Copyable text="slipway open" />
    </>
  );
}

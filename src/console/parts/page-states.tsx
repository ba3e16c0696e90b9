// What a page shows instead of its content: it is loading, there is nothing yet, or it failed.
import { Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError, ConnectionError } from '../../client/errors.ts';
import { Copyable } from './copyable.tsx';

export function Loading({ what }: { what: string }) {
  return (
    <p className="loading" role="status">
      Loading {what}…
    </p>
  );
}

export function Empty({ children, command }: { children: ReactNode; command: string }) {
  return (
    <section className="state">
      <p>{children}</p>
      <Copyable text={command} />
    </section>
  );
}

export function NotFound() {
  return (
    <main className="state">
      <h1>Page not found</h1>
      <p>
        <Link to="/">Go to the namespaces</Link>
      </p>
    </main>
  );
}

/** The reason, what to do, and the request ID by which an operator finds it in the log. */
export function PageError({ error, retry }: { error: unknown; retry?: () => void }) {
  const router = useRouter();
  const again = () => {
    retry?.();
    void router.invalidate();
  };
  return (
    <section className="state error" role="alert">
      <h2>{titleOf(error)}</h2>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {error instanceof ApiError && error.hint !== undefined && <p>{error.hint}</p>}
      {error instanceof ApiError && error.requestId !== undefined && (
        <p>
          Request <Copyable text={error.requestId} />
        </p>
      )}
      <button type="button" onClick={again}>
        Try again
      </button>
    </section>
  );
}

function titleOf(error: unknown): string {
  if (error instanceof ConnectionError) return 'Slipway cannot be reached';
  if (!(error instanceof ApiError)) return 'This page failed';
  if (error.status === 403) return 'This key may not see this';
  if (error.status === 404) return 'Not found';
  return 'The request failed';
}

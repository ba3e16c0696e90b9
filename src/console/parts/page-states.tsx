// Placeholder for a page without content: it is loading, empty, or failed.
import { useIsFetching, useQuery, useQueryClient, useQueryErrorResetBoundary } from '@tanstack/react-query';
import { Link, useMatch, useRouter } from '@tanstack/react-router';
import { type ReactNode, Suspense, useEffect } from 'react';
import { ApiError } from '../../client/errors.ts';
import { CodeError, reloadPage } from '../connection/load-code.ts';
import { isUnreachable, readFailedAgain, useRecovery } from '../connection/recovery.ts';
import { sessionQuery } from '../data/session.ts';
import { Copyable } from './copyable.tsx';
import { ByPlace } from './plugins/by-place.tsx';

/** Reserves the space that the content will need, so the page doesn't jump. With `isPage`, reserves space for the title too. */
export function Loading({ what, isPage = false }: { what: string; isPage?: boolean }) {
  return (
    <div>
      <p className="unseen" role="status">
        Loading {what}…
      </p>
      {isPage && (
        <p className="title" aria-hidden="true">
          {what}
        </p>
      )}
      <div className="skeleton" aria-hidden="true" />
    </div>
  );
}

export function Empty({ children, command }: { children: ReactNode; command: string }) {
  return (
    <section className="state empty">
      <p>{children}</p>
      <Copyable text={command} />
    </section>
  );
}

export function NotFound() {
  // A page has one main part, which is the frame's if there is one.
  const frame = useMatch({ from: '/signed-in', shouldThrow: false });
  const Part = frame ? 'section' : 'main';
  return (
    <Part className="state">
      <h1>Page not found</h1>
      <p>
        <Link to="/">Go to the namespaces</Link>
      </p>
    </Part>
  );
}

/** Shows the reason, the fix, and the request ID that an operator can find in the log. Disappears once Slipway answers again. */
export function PageError({ error, retry }: { error: unknown; retry?: () => void }) {
  const router = useRouter();
  const queries = useQueryClient();
  const { reset } = useQueryErrorResetBoundary();
  // Without a retry, the error is only part of a page.
  const Title = retry ? 'h1' : 'h2';
  const again = () => {
    reset();
    retry?.();
    void router.invalidate();
  };
  useRecovery(isUnreachable(error), () => {
    readFailedAgain(queries);
    if (retry) again();
  });
  const isCodeMissing = error instanceof CodeError;
  // A part of a page, such as a dialog, may hold unsaved input, so its user reloads.
  const reloadsItself = isCodeMissing && retry !== undefined;
  useEffect(() => {
    if (reloadsItself) void reloadPage();
  }, [reloadsItself]);
  return (
    <section className="state error" role="alert">
      <Title>{titleOf(error)}</Title>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {error instanceof ApiError && <Advice error={error} />}
      {error instanceof ApiError && error.requestId !== undefined && (
        <p>
          Request <Copyable text={error.requestId} />
        </p>
      )}
      {isCodeMissing ? (
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      ) : (
        retry && (
          <button type="button" onClick={again}>
            Try again
          </button>
        )
      )}
    </section>
  );
}

/** For a missing scope, says who can grant it and how. Otherwise shows the response's hint. */
function Advice({ error: { details, hint } }: { error: ApiError }) {
  const scope = details?.required_scope;
  const { data: account } = useQuery({ ...sessionQuery, enabled: false });
  if (typeof scope !== 'string') return hint === undefined ? null : <p>{withCode(hint)}</p>;
  if (account?.person)
    return (
      <p>
        The missing scope is <strong>{scope}</strong>. An owner of the organization can give you a role that has it.
      </p>
    );
  return (
    <>
      <p>
        The missing scope is <strong>{scope}</strong>. A holder of a key with <code>keys:admin</code> can create a key
        that has it:
      </p>
      <p>
        <Copyable text={`slipway keys create NAME --scopes ${scope}`} />
      </p>
      <p>Then sign out and sign in with that key.</p>
    </>
  );
}

/** Renders text between backticks in a hint as code. */
function withCode(hint: string): ReactNode {
  return (
    <ByPlace items={hint.split(/(`[^`]+`)/)}>
      {(part) => (part.startsWith('`') ? <code>{part.slice(1, -1)}</code> : part)}
    </ByPlace>
  );
}

function titleOf(error: unknown): string {
  if (isUnreachable(error)) return 'Slipway cannot be reached';
  if (!(error instanceof ApiError)) return 'This page failed';
  if (error.status === 403) return 'This key may not see this';
  if (error.status === 404) return 'Not found';
  return 'The request failed';
}

interface Props {
  fallback: ReactNode;
  children: ReactNode;
}

/**
 * React shows a fallback for at least 300 ms, even if the data arrives sooner, unless something other than the data rerenders the
 * boundary. Here each API response does.
 */
export function Ready({ fallback, children }: Props) {
  useIsFetching();
  return <Suspense fallback={fallback}>{children}</Suspense>;
}

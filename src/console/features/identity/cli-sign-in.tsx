// Asks a signed-in person whether the command line gets a personal key, and gives it a one-time code.
import { Link, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { z } from 'zod/mini';
import { peopleLimits } from '../../../contract/features/identity/limits.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Mark } from '../../parts/frame/mark.tsx';
import { visible } from '../../parts/visible-text.ts';
import { signInCode } from './signing-in.ts';

/** A router parses numbers in the address. */
const text = z.pipe(z.union([z.string(), z.number()]), z.transform(String));

/** Requests of `slipway login`. If there is no port, the page shows the code. */
const requestModel = z.object({
  name: z.pipe(text, z.string().check(z.minLength(1), z.maxLength(100))),
  code_challenge: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  port: z.optional(z.int().check(z.gte(1024), z.lte(65_535))),
  state: z.optional(text),
});
type CliRequest = z.infer<typeof requestModel>;

const days = peopleLimits.personalKeyMs / 86_400_000;
const minutes = peopleLimits.signInCodeMs / 60_000;

export function CliSignInPage() {
  const { key } = useRouteContext({ from: '/cli-sign-in' });
  const request = requestModel.safeParse(useSearch({ from: '/cli-sign-in' }));
  return (
    <main className="sign-in">
      <p className="brand">
        <Mark /> Slipway
      </p>
      {!request.success ? <Incomplete /> : key.person === null ? <NoPerson /> : <Confirm request={request.data} />}
    </main>
  );
}

function Incomplete() {
  return (
    <>
      <h1>This link is incomplete</h1>
      <p>Run the command again, and open the whole URL that it prints:</p>
      <Copyable text={`slipway login ${location.origin}`} />
    </>
  );
}

function NoPerson() {
  const { key } = useRouteContext({ from: '/cli-sign-in' });
  const { organization } = useSearch({ from: '/cli-sign-in' });
  const search = { next: location.pathname + location.search, ...(organization ? { organization } : {}) };
  return (
    <>
      <h1>This session is not a person's</h1>
      <p role="alert" className="problem">
        This browser is signed in with the API key “{visible(key.name)}” of {visible(key.organization_name)}, which
        can't make personal keys.
      </p>
      <p>
        <Link to="/sign-in" search={search}>
          Sign in as a person
        </Link>
        , or give the command line an API key:
      </p>
      <Copyable text={`slipway login --base-url ${location.origin}`} />
    </>
  );
}

function Confirm({ request }: { request: CliRequest }) {
  const { key } = useRouteContext({ from: '/cli-sign-in' });
  const [code, setCode] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const navigate = useNavigate();
  const { code_challenge, name, port } = request;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await signInCode(code_challenge);
      if (!sendBack(request, { code: made })) setCode(made);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  const cancel = () => {
    if (!sendBack(request, { error: 'access_denied' })) void navigate({ to: '/' });
  };
  if (code !== undefined) return <ShownCode code={code} name={name} />;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>Give the command line on “{visible(name)}” a personal key?</h1>
      <p>
        It acts as {visible(key.person?.name ?? '')} in {visible(key.organization_name)}
        {key.role !== null && `, with the role ${key.role}`}, for up to {days} days.
      </p>
      <p>
        Continue only if you have just run <code>slipway login</code> yourself
        {port === undefined && ', and paste the code only there: anyone who has it can act as you'}.
      </p>
      {problem !== undefined && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <p className="actions">
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? 'Giving it a key…' : 'Give it a key'}
        </button>{' '}
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </p>
    </form>
  );
}

function ShownCode({ code, name }: { code: string; name: string }) {
  return (
    <>
      <h1>Paste this code on “{visible(name)}”</h1>
      <p>It works once, within {minutes} minutes, for the command that you started.</p>
      <Copyable text={code} />
    </>
  );
}

/** Sends the browser to the command line on this machine. Returns false if it doesn't wait for that. */
function sendBack({ port, state = '' }: CliRequest, answer: Record<string, string>): boolean {
  if (port === undefined) return false;
  location.assign(`http://127.0.0.1:${port}/?${new URLSearchParams({ ...answer, state })}`);
  return true;
}

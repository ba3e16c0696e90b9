// Chooses how requests authenticate: with an entered API key or the console session. Both stay in the tab's memory only, and apply to
// all operations.
import { element } from '../elements.ts';

export interface Access {
  /** The chooser, shown in each operation's form. */
  node: HTMLElement;
  /** Returns the request with credentials added. */
  applied(request: RequestInit): RequestInit;
}

export function accessChoice(): Access {
  let csrf: string | null = null;
  const key = element('input', { type: 'password', id: 'key', autocomplete: 'off', spellcheck: 'false' });
  key.placeholder = 'sk_…';
  const byKey = radio('with-key', 'With an API key', true);
  const bySession = radio('with-session', 'With your console session', false);
  const label = element('label', { for: 'key' }, 'API key');
  const said = element('p', { class: 'hint', role: 'status' }, aboutKeys);
  const chosen = async () => {
    const isKey = byKey.input.checked;
    for (const node of [key, label]) node.hidden = !isKey;
    if (isKey) return said.replaceChildren(aboutKeys);
    const session = await sessionOf();
    csrf = session?.csrf ?? null;
    said.replaceChildren(...(session ? [`Requests act as ${session.name}. They are real.`] : signInFirst()));
  };
  for (const { input } of [byKey, bySession]) input.addEventListener('change', () => void chosen());
  const legend = element('legend', {}, 'Send requests');
  return {
    node: element('fieldset', { class: 'access' }, legend, byKey.node, bySession.node, label, key, said),
    applied: (request) => (bySession.input.checked ? withSession(request, csrf) : withKey(request, key.value.trim())),
  };
}

const aboutKeys = 'The key is sent only to this server. It is forgotten when you close or reload the tab.';

function radio(id: string, text: string, checked: boolean) {
  const input = element('input', { type: 'radio', name: 'access', id });
  input.checked = checked;
  return { input, node: element('label', { class: 'choice', for: id }, input, text) };
}

/** Sends no cookies, so that the request has only the key's access. */
function withKey(request: RequestInit, key: string): RequestInit {
  const headers = new Headers(request.headers);
  if (key !== '') headers.set('authorization', `Bearer ${key}`);
  return { ...request, headers, credentials: 'omit' };
}

function withSession(request: RequestInit, csrf: string | null): RequestInit {
  const headers = new Headers(request.headers);
  if (csrf !== null) headers.set('slipway-csrf', csrf);
  return { ...request, headers, credentials: 'same-origin' };
}

interface Session {
  name: string;
  csrf: string | null;
}

async function sessionOf(): Promise<Session | null> {
  const response = await fetch('/v1/session').catch(() => null);
  if (!response?.ok) return null;
  const session: { key: { name: string; organization_name: string }; csrf_token: string | null } =
    await response.json();
  const { name, organization_name: organization } = session.key;
  return { name: `${name} of ${organization}`, csrf: session.csrf_token };
}

function signInFirst(): (Node | string)[] {
  return ['You are not signed in. ', element('a', { href: '/sign-in' }, 'Sign in'), ', then choose this again.'];
}

// A browser of the end-to-end tests: it signs a person in with a real OpenID Connect provider, and sends what the console's pages send.
import { z } from 'zod';
import { browse } from './oidc-issuer.ts';

const sessionModel = z.object({ csrf_token: z.string() });
const begunModel = z.object({ authorization_url: z.url() });

export class Browser {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Signs in whom the provider names, with an invitation's link. */
  async join(issuerId: string, link: string): Promise<void> {
    const invitation = new URL(link).hash.slice('#invitation='.length);
    const begun = await this.send('POST', '/v1/sign-in', { issuer_id: issuerId, invitation });
    const callback = `${this.#origin}/v1/sign-in/callback`;
    const back = await browse(begunModel.parse(begun).authorization_url, callback);
    const response = await this.#fetch(back, { headers: { 'sec-fetch-site': 'cross-site' } });
    if (!response.ok) throw new Error(`the sign-in ended with ${response.status}: ${await response.text()}`);
  }

  /** Sends a request of the console. Throws unless it succeeds. */
  async send(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const csrf = method === 'POST' && this.#cookies.has('__Host-slipway') ? await this.#csrf() : '';
    const response = await this.#fetch(new URL(path, this.#origin).href, {
      method,
      headers: { origin: this.#origin, 'content-type': 'application/json', 'slipway-csrf': csrf },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  async #csrf(): Promise<string> {
    return sessionModel.parse(await this.send('GET', '/v1/session')).csrf_token;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

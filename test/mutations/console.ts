// Mutations of what keeps the console's sessions and pages from others: the cookie, the content security policy, and the key behind it.
import type { Mutation } from './mutation.ts';

const sessions = 'test/api/access/browser-sessions.test.ts';
const page = 'test/api/console.test.ts';
const policy = 'src/api/console.ts';

/** Each part of the content security policy, and what it allows without it. */
const parts: [name: string, search: string, replace: string][] = [
  ['the console runs inline scripts', `"script-src 'self'"`, `"script-src 'self' 'unsafe-inline'"`],
  ['the console makes HTML of text', `  "require-trusted-types-for 'script'",\n`, ''],
  ['the console defines ways to make HTML', `"trusted-types 'none'"`, `"trusted-types default"`],
  ['the console is shown in frames', `  "frame-ancestors 'none'",\n`, ''],
  ['the console sends to other servers', `"connect-src 'self'"`, `"connect-src *"`],
  ['a form of the console is sent elsewhere', `  "form-action 'none'",\n`, ''],
  ['a text changes the base of links', `  "base-uri 'none'",\n`, ''],
];

export const mutations: Mutation[] = [
  ...parts.map(([name, search, replace]) => ({ name, file: policy, search, replace, tests: [page] })),
  {
    name: 'a page of the console has no policy',
    file: policy,
    search: "  response.headers.set('content-security-policy', consolePolicy);\n",
    replace: '',
    tests: [page],
  },
  {
    name: 'a page of the console sends its URL to others',
    file: policy,
    search: "  response.headers.set('referrer-policy', 'no-referrer');\n",
    replace: '',
    tests: [page],
  },
  {
    name: 'scripts read the cookie of a session',
    file: 'src/api/authentication/browser-requests.ts',
    search: 'httpOnly: true',
    replace: 'httpOnly: false',
    tests: [sessions],
  },
  {
    name: 'other sites send the cookie of a session',
    file: 'src/api/authentication/browser-requests.ts',
    search: "sameSite: 'Strict'",
    replace: "sameSite: 'Lax'",
    tests: [sessions],
  },
  {
    name: 'a session never ends',
    file: 'src/access/browser-sessions.ts',
    search: 'deps.clock.now() + sessionLimits.sessionMs, actor.expiresAt ?? Infinity));',
    replace: 'deps.clock.now() + 1000 * sessionLimits.sessionMs, actor.expiresAt ?? Infinity));',
    tests: [sessions],
  },
  {
    name: 'a session sees every namespace',
    file: 'src/access/browser-sessions.ts',
    search: 'actorOf(found.row, found.keyHash)',
    replace: 'actorOf({ ...found.row, namespaceIds: null }, found.keyHash)',
    tests: [sessions],
  },
  {
    name: 'a session has scopes that its key lacks',
    file: 'src/access/browser-sessions.ts',
    search: 'actorOf(found.row, found.keyHash)',
    replace: "actorOf({ ...found.row, scopes: ['keys:admin', 'plugins:read'] }, found.keyHash)",
    tests: [sessions],
  },
  {
    name: 'another site signs a browser in with its own link',
    file: 'src/api/organization/browser-sessions.ts',
    search: '    requireSameOrigin(c);\n    refuseGuessing(c);',
    replace: '    refuseGuessing(c);',
    tests: [sessions],
  },
  {
    name: 'another site signs a browser in with its own key',
    file: 'src/api/organization/browser-sessions.ts',
    search: '    requireSameOrigin(c);\n    return c.json(await signedIn(c, await openSession',
    replace: '    return c.json(await signedIn(c, await openSession',
    tests: [sessions],
  },
  {
    name: 'a link of a revoked key signs in',
    file: 'src/access/browser-sessions.ts',
    search: '!known || known.row.revokedAt !== null',
    replace: '!known',
    tests: [sessions],
  },
];

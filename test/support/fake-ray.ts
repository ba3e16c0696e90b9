// A fake of the dashboard of a Ray cluster: answers as Ray 2.60 was seen to, with the token, the version and the applications that the
// test sets.
import { type Call, fakeReceiver } from './fake-receiver.ts';

export interface FakeRay {
  token: string;
  version: string;
  /** Names of the applications that Ray Serve runs. */
  applications: string[];
}

export const rayToken = 'a-token-of-ray-0123456789abcdef';

export function fakeRay(state: Partial<FakeRay> = {}) {
  const ray: FakeRay = { token: rayToken, version: '2.60.0', applications: [], ...state };
  return { ray, ...fakeReceiver((call) => answerOf(ray, call)) };
}

function answerOf({ token, version, applications }: FakeRay, { url, headers }: Call): Response {
  const { authorization } = headers;
  if (authorization === undefined) return new Response('Unauthorized: Missing authentication token', { status: 401 });
  if (authorization !== `Bearer ${token}`)
    return new Response('Forbidden: Invalid authentication token', { status: 403 });
  const { pathname } = new URL(url);
  if (pathname === '/api/version')
    return Response.json({ version: '4', ray_version: version, ray_commit: 'b7f4259e', session_name: 'session_1' });
  if (pathname !== '/api/serve/applications/') return new Response('404: Not Found', { status: 404 });
  const listed = Object.fromEntries(applications.map((name) => [name, { name, status: 'RUNNING', message: '' }]));
  return Response.json({ controller_info: {}, proxies: {}, applications: listed, target_capacity: null });
}

// Tests clusters that are not added: dashboards that answer wrongly, refused URLs, and too many clusters.
import { expect, test } from 'vitest';
import { clusterLimits } from '../../../../src/contract/features/clusters/limits.ts';
import { type Answer, neverAnswers, unreachable } from '../../../support/fake-receiver.ts';
import { gpu, path, scene } from '../scenes/clusters.ts';
import { rayToken } from '../scenes/fake-ray.ts';

const answers: Record<string, Answer> = {
  'a page of something else': () => new Response('<html>'),
  'a redirect': () => new Response(null, { status: 302, headers: { location: 'https://other.example.com' } }),
  'a version that is none': () => Response.json({ ray_version: '<script>' }),
  'an endless body': () => new Response(new Uint8Array(clusterLimits.answerBytesMax + 1)),
  'an error of the proxy': () => new Response('bad gateway', { status: 502 }),
};

const otherText = "ray.example.com does not respond to /api/version as Ray's dashboard does. Check the URL.";

test.each<[string, { answer?: Answer | undefined; ray?: object; token?: string }, string, string]>([
  [
    'does not answer',
    { answer: unreachable },
    'unreachable',
    'The dashboard at ray.example.com does not respond. Check the URL, and whether the cluster is running.',
  ],
  [
    'does not answer in time',
    { answer: neverAnswers },
    'unreachable',
    'The dashboard at ray.example.com does not respond. Check the URL, and whether the cluster is running.',
  ],
  [
    'answers 502',
    { answer: answers['an error of the proxy'] },
    'unreachable',
    'ray.example.com responds with 502. Check whether the cluster is running.',
  ],
  [
    'rejects the token',
    { token: 'another-token' },
    'token-refused',
    'ray.example.com rejects the token (403). Check RAY_AUTH_TOKEN there.',
  ],
  [
    'redirects',
    { answer: answers['a redirect'] },
    'not-ray',
    "ray.example.com responds with 302, which Ray's dashboard never does. Check the URL.",
  ],
  ['answers a page', { answer: answers['a page of something else'] }, 'not-ray', otherText],
  ['answers no version', { answer: answers['a version that is none'] }, 'not-ray', otherText],
  ['answers more than a dashboard would', { answer: answers['an endless body'] }, 'not-ray', otherText],
  [
    'runs an old Ray',
    { ray: { version: '2.52.1' } },
    'version-unsupported',
    'The cluster runs Ray 2.52.1. Slipway needs 2.53 or a later 2.x.',
  ],
  [
    'runs the next major Ray',
    { ray: { version: '3.0.0.dev0' } },
    'version-unsupported',
    'The cluster runs Ray 3.0.0.dev0. Slipway needs 2.53 or a later 2.x.',
  ],
  [
    'runs other applications',
    { ray: { applications: ['slipway-of-another', 'b', 'c', 'd', 'e', 'f'] } },
    'foreign-applications',
    'The cluster runs other Ray Serve applications: "slipway-of-another", "b", "c", "d", "e" and 1 more. Use a cluster for Slipway alone: its application list is replaced as a whole.',
  ],
])('a cluster that %s is not added', async (_, { answer, ray, token = rayToken }, state, message) => {
  const made = await scene();
  if (answer) made.respondWith(answer);
  Object.assign(made.ray, ray);
  const { status, body } = await made.operator.post(path, { ...gpu, token });
  expect([status, body]).toMatchObject([
    422,
    {
      error: { type: 'ClusterRefusedError', message: `The cluster gpu was not added. ${message}`, details: { state } },
    },
  ]);
  expect(await made.operator.get(path)).toMatchObject({ body: { results: [] } });
});

test.each([
  ['http://ray.example.com', 'it does not use https'],
  ['https://ray.example.com:8265', 'it uses a port other than 443'],
  ['https://10.0.0.1', '10.0.0.1 is not a public host name'],
  ['https://ray-head.ray.svc', 'ray-head.ray.svc is not a public host name'],
  [
    'http://127.0.0.1:8265',
    'it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`',
  ],
  ['https://key@ray.example.com', 'it contains credentials'],
  ['https://ray.example.com/?a=b', 'it has a query or a fragment'],
])('the URL %s is refused, both as dashboard and as proxy, without sending anything', async (url, reason) => {
  const { operator, calls } = await scene();
  for (const field of ['dashboard_url', 'serve_url']) {
    const { status, body } = await operator.post(path, { ...gpu, [field]: url });
    expect([status, body]).toMatchObject([422, { error: { message: `The URL is not allowed: ${reason}` } }]);
  }
  expect(calls).toEqual([]);
});

test('an installation has a limited number of clusters', async () => {
  const { operator } = await scene();
  for (let i = 0; i < clusterLimits.perInstallationMax; i++)
    await operator.post(path, { ...gpu, name: `gpu-${i}`, dashboard_url: `https://ray-${i}.example.com` });
  const { status, body } = await operator.post(path, { ...gpu, dashboard_url: 'https://more.example.com' });
  expect([status, body]).toMatchObject([403, { error: { details: { resource: 'clusters', max_allowed: 20 } } }]);
});

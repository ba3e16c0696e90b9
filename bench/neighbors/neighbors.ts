// Describes how one organization harms the others: each neighbor takes all that it can of one shared thing.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { readers } from './readers.ts';
import { crowd, type Tenant } from './tenant.ts';

export interface Neighbor {
  /** The shared thing that it takes. */
  takes: string;
  /** Prepares, and returns what it does until the signal aborts. */
  prepare(tenant: Tenant): Promise<(signal: AbortSignal) => Promise<void>>;
}

/** Accepts connections and never answers. Returns its URL. */
async function silentServer(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
}

const idOf = (answer: unknown, field: string) => z.looseObject({ [field]: z.string() }).parse(answer)[field];
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const lists: Neighbor = {
  takes: 'nothing: 50 lists a second',
  prepare: async (tenant) => (signal) => crowd(200, signal, () => tenant.send(tenant.plugins, { signal })),
};

/** As many busy threads as this machine has cores, for what takes time of the processor by its nature. */
const cores: Neighbor = {
  takes: 'nothing: two busy cores',
  prepare: async () => async (signal) => {
    const busy = Array.from({ length: 2 }, () => new Worker('for (;;);', { eval: true }));
    await once(signal, 'abort');
    await Promise.all(busy.map((worker) => worker.terminate()));
  },
};

export const controls: Neighbor[] = [lists, cores];

const followers: Neighbor = {
  takes: "followers: 200 streams of an instance's log",
  prepare: async (tenant) => {
    await tenant.deploy(await tenant.publish('followed', '1.0.0'));
    const answer = await tenant.send(`/v1/namespaces/${tenant.namespaceId}/deployments`);
    const { results } = z.object({ results: z.array(z.object({ deployment_id: z.string() })) }).parse(answer);
    const path = `/v1/namespaces/${tenant.namespaceId}/deployments/${results[0]?.deployment_id}/logs?follow=true`;
    return (signal) => crowd(200, signal, () => tenant.send(path, { signal }));
  },
};

const issuer: Neighbor = {
  takes: 'outbound connections: 300 exchanges with a silent issuer',
  prepare: async (tenant) => {
    const url = await silentServer();
    const issuerId = idOf(await tenant.send('/v1/issuers', { body: { name: 'silent', url } }), 'issuer_id');
    const conditions = [{ claim: 'sub', equals: 'job' }];
    const body = { issuer_id: issuerId, namespace: tenant.namespaceId, plugin: '*', conditions };
    await tenant.send('/v1/trusted-publishers', { body });
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: url, sub: 'job', aud: `slipway:${new URL(tenant.url).host}`, iat: now, exp: now + 600 };
    const exchange = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      subject_token: `${base64({ alg: 'RS256', kid: 'one' })}.${base64(claims)}.c2lnbmF0dXJl`,
      organization: tenant.organizationId,
    };
    return (signal) =>
      crowd(300, signal, () => tenant.send('/v1/oidc/exchange', { body: exchange, key: null, signal }));
  },
};

const webhooks: Neighbor = {
  takes: 'queue consumers: ten silent webhooks',
  prepare: async (tenant) => {
    const url = await silentServer();
    for (let nth = 0; nth < 10; nth += 1) await tenant.send('/v1/webhooks', { body: { url: `${url}/${nth}` } });
    const body = { name: 'event', scopes: ['plugins:read'] };
    return (signal) => crowd(8, signal, () => tenant.send('/v1/keys', { body, signal }));
  },
};

const git: Neighbor = {
  takes: 'Git fetches and waits: 100 publications from a silent host',
  prepare: async (tenant) => {
    const body = { repository: `${await silentServer()}/one.git`, ref: 'main' };
    return (signal) => crowd(100, signal, () => tenant.send(`${tenant.plugins}/from-git`, { body, signal }));
  },
};

const uploads: Neighbor = {
  takes: 'inflaters and scans: 20 uploads of 32 MiB at a time',
  prepare: async (tenant) => {
    let nth = 0;
    const files = { 'data/zeros.bin': new Uint8Array(32 * 1024 * 1024) };
    return (signal) => crowd(20, signal, () => tenant.publish('large', `1.0.${nth++}`, files));
  },
};

const schemas: Neighbor = {
  takes: 'isolate time: 16 checks of long lists against a pattern',
  prepare: async (tenant) => {
    const configSchema = { properties: { all: { items: { pattern: '.' } } } };
    const artifact = { artifactUrl: `${await silentServer()}/a`, checksum: `sha256:${'0'.repeat(64)}` };
    const plugin = { name: 'agent', version: '1.0.0', pluginType: 'log', configSchema, ...artifact };
    const registered = await tenant.send('/api/v1/plugins', { body: plugin });
    const path = `/api/v1/plugins/${idOf(registered, 'id')}/validate-config`;
    const body = { config: { all: Array.from({ length: 2_000 }, (_, i) => `${i}`) } };
    return (signal) => crowd(16, signal, () => tenant.send(path, { body, signal }));
  },
};

const tokens: Neighbor = {
  takes: 'failure counters: 64 callers with wrong keys',
  prepare: async (tenant) => (signal) =>
    crowd(64, signal, () => tenant.send(tenant.plugins, { key: `sk_${crypto.randomUUID()}`, signal })),
};

const instances: Neighbor = {
  takes: 'instance starts: ten plugins deployed again and again',
  prepare: async (tenant) => {
    const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => tenant.publish(`started_${i}`, '1.0.0')));
    let nth = 0;
    return (signal) =>
      crowd(10, signal, async () => {
        const path = `${tenant.plugins}/${ids[nth++ % ids.length]}`;
        await tenant.send(`${path}/deploy`, { body: {}, signal });
        await delay(1_000);
        await tenant.send(`${path}/undeploy`, { body: {}, signal });
      });
  },
};

const laterCalls: Neighbor = {
  takes: 'later calls: 32 callers that leave calls for later',
  prepare: async (tenant) => {
    await tenant.deploy(await tenant.publish('later', '1.0.0'));
    const path = `${tenant.plugins}/by-name/later/realtime`;
    const call = { body: { inputs: {} }, headers: { prefer: 'respond-async' } };
    return (signal) => crowd(32, signal, () => tenant.send(path, { ...call, signal }));
  },
};

export const neighbors: Neighbor[] = [
  followers,
  issuer,
  webhooks,
  git,
  uploads,
  schemas,
  tokens,
  instances,
  laterCalls,
  ...readers,
];

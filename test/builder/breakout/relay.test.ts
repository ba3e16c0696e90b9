// Tries twelve ways around the relay, in every kind of sandbox that has a relay, beside a good plugin whose calls must never fail. Like
// a plugin that tries to reach more hosts than it may, the attacker is granted some.
// @module-tag long
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { type NameServer, nameServer } from '../network/name-server.ts';
import { eventually, handler, type TestBuilder } from '../support.ts';
import { type Kind, kinds, startBuilder } from './kinds.ts';

/** Each method tries one way, and returns whatever it reaches. */
const attacker = handler(
  `def predict(self, request):
    return {"reached": getattr(self, request["way"])(**request.get("arguments", {}))}

def connect(self, host, port):
    try:
        with socket.create_connection((host, port), 5):
            return [f"{host}:{port}"]
    except OSError as error:
        return []

def resolve(self, name):
    try:
        return [found[4][0] for found in socket.getaddrinfo(name, 80)]
    except OSError:
        return []

def datagram(self, host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sender:
            sender.settimeout(2)
            sender.sendto(b"\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3api\\7example\\3com\\0\\0\\1\\0\\1", (host, port))
            return [len(sender.recv(512))]
    except OSError:
        return []

def unix(self, paths):
    reached = []
    for path in paths:
        try:
            with socket.socket(socket.AF_UNIX) as found:
                found.connect(path.replace("@", "\\0"))
                reached.append(path)
        except OSError:
            pass
    return reached

def tunnel(self, to):
    with socket.create_connection(("127.0.0.1", 3128)) as proxy:
        proxy.sendall(f"CONNECT {to} HTTP/1.1\\r\\n\\r\\n".encode())
        status = proxy.makefile().readline().split(" ")[1]
        return [to] if status == "200" else []

def fetch(self, url, proxies=None):
    handlers = [] if proxies is None else [urllib.request.ProxyHandler(proxies)]
    try:
        with urllib.request.build_opener(*handlers).open(url, timeout=5) as answer:
            return [answer.read().decode()]
    except urllib.error.HTTPError as error:
        return []
    except OSError:
        return []`,
  'import socket\nimport urllib.request',
);

const relayed = kinds.filter(({ sandbox }) => sandbox === 'namespaces');

describe.each(relayed)('in $name', (kind: Kind) => {
  let builder: TestBuilder;
  let dns: NameServer;
  let web: HttpServer;
  let id: string;
  let good: string;
  let port: number;
  let builderPort: number;
  let workerPort: number;
  let rebinds = 0;
  const worker = createServer((socket) => socket.destroy());
  const own = createServer((socket) => socket.destroy());
  const abstractName = `slipway-relay-${process.pid}`;

  const portOf = (server: HttpServer | typeof worker) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };

  beforeAll(async () => {
    dns = await nameServer((name, type) => {
      if (type === 'AAAA' && name === 'mapped.example.com')
        return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1];
      if (type !== 'A' || name === 'mapped.example.com') return [];
      if (name === 'private.example.com') return [10, 0, 0, 1];
      if (name === 'metadata.example.com') return [169, 254, 169, 254];
      // A public address first, and another machine's loopback address on the next lookup.
      if (name === 'rebind.example.com') return rebinds++ === 0 ? [127, 0, 0, 1] : [127, 0, 0, 2];
      return [127, 0, 0, 1];
    });
    web = createHttpServer((request, response) => {
      if (request.url === '/metadata') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      else response.end('reached');
    });
    await Promise.all(
      [web, worker].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
    );
    await new Promise<void>((resolve) => own.listen(`\0${abstractName}`, resolve));
    [port, workerPort] = [portOf(web), portOf(worker)];
    builder = await startBuilder(
      kind,
      {},
      {
        BUILDER_EGRESS_NETWORKS: '127.0.0.1/32',
        BUILDER_NAME_SERVERS: dns.address,
        BUILDER_OWN_PORTS: String(workerPort),
      },
    );
    builderPort = Number(new URL(builder.url).port);
    const network = ['api', 'private', 'metadata', 'rebind'].map((name) => `${name}.example.com:${port}`);
    const slipway = [builderPort, workerPort].flatMap((one) =>
      ['127.0.0.1', 'api.example.com', 'mapped.example.com'].map((host) => `${host}:${one}`),
    );
    id = await started({ network: [...network, ...slipway] }, 'attacker');
    good = await started(
      { network: [`api.example.com:${port}`], forward: { '9042': `api.example.com:${port}` } },
      'good',
    );
  });
  afterAll(async () => {
    await builder.close();
    for (const server of [web, worker, own]) server.close();
    dns.close();
  });

  async function started(permissions: Permissions, name: string): Promise<string> {
    const spec = { ...(await builder.putPlugin(attacker, [], name)), permissions };
    expect((await builder.put(`dep_${name}`, spec)).at(-1)).toMatchObject({ type: 'ready' });
    return `dep_${name}`;
  }

  const tries = (way: string, args: object) => builder.result(id, { way, arguments: args });
  const log = async () => (await builder.logs(id)).filter((line) => line.includes('network: '));
  const refusedIn = (what: string, reason: string) =>
    eventually(async () => (await log()).join('\n')).toContain(`network: ${what} was refused: ${reason}`);
  const nothing = { reached: [] };

  test('an address reaches nothing', async () => {
    const outward = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    for (const host of ['127.0.0.1', ...outward, '1.1.1.1'])
      expect(await tries('connect', { host, port })).toEqual(nothing);
  });

  test('DNS reaches nothing', async () => {
    expect(await tries('resolve', { name: 'api.example.com' })).toEqual(nothing);
    const [host, dnsPort] = dns.address.split(':');
    expect(await tries('datagram', { host, port: Number(dnsPort) })).toEqual(nothing);
  });

  test('IPv6 reaches nothing', async () => {
    for (const host of ['::1', '::ffff:127.0.0.1', '2606:4700:4700::1111'])
      expect(await tries('connect', { host, port })).toEqual(nothing);
    expect(await tries('tunnel', { to: `[::1]:${port}` })).toEqual(nothing);
  });

  test('a redirect to the metadata service reaches nothing', async () => {
    expect(await tries('fetch', { url: `http://api.example.com:${port}/metadata` })).toEqual(nothing);
    await refusedIn('169.254.169.254:80', 'it is not granted');
    expect(await tries('fetch', { url: `http://metadata.example.com:${port}/` })).toEqual(nothing);
    await refusedIn(
      `metadata.example.com:${port}`,
      'metadata.example.com does not resolve to a public address or to one in BUILDER_EGRESS_NETWORKS, which the operator sets as in `BUILDER_EGRESS_NETWORKS=10.1.0.0/16 npm start`',
    );
  });

  test('CONNECT to a private address is refused', async () => {
    expect(await tries('tunnel', { to: '10.0.0.1:443' })).toEqual(nothing);
    await refusedIn('10.0.0.1:443', 'it is not granted');
    expect(await tries('tunnel', { to: `private.example.com:${port}` })).toEqual(nothing);
    await refusedIn(
      `private.example.com:${port}`,
      'private.example.com does not resolve to a public address or to one in BUILDER_EGRESS_NETWORKS, which the operator sets as in `BUILDER_EGRESS_NETWORKS=10.1.0.0/16 npm start`',
    );
  });

  test('a name that later resolves to another address reaches nothing', async () => {
    const url = `http://rebind.example.com:${port}/`;
    expect(await tries('fetch', { url })).toEqual({ reached: ['reached'] });
    expect(await tries('fetch', { url })).toEqual(nothing);
    await refusedIn(
      `rebind.example.com:${port}`,
      'rebind.example.com does not resolve to a public address or to one in BUILDER_EGRESS_NETWORKS, which the operator sets as in `BUILDER_EGRESS_NETWORKS=10.1.0.0/16 npm start`',
    );
  });

  test('UDP reaches nothing', async () => {
    for (const host of ['127.0.0.1', '8.8.8.8', '2001:4860:4860::8888'])
      expect(await tries('datagram', { host, port: 53 })).toEqual(nothing);
  });

  test('UNIX sockets reach nothing', async () => {
    const paths = [
      '/run/docker.sock',
      '/var/run/docker.sock',
      '/run/systemd/resolve/io.systemd.Resolve',
      `@${abstractName}`,
    ];
    expect(await tries('unix', { paths })).toEqual(nothing);
  });

  test('clients without the proxy variables reach nothing', async () => {
    for (const host of ['api.example.com', '127.0.0.1'])
      expect(await tries('fetch', { url: `http://${host}:${port}/`, proxies: {} })).toEqual(nothing);
  });

  test('a forward granted to another instance reaches nothing', async () => {
    expect(await builder.result(good, { way: 'connect', arguments: { host: '127.0.0.1', port: 9042 } })).toEqual({
      reached: ['127.0.0.1:9042'],
    });
    expect(await tries('connect', { host: '127.0.0.1', port: 9042 })).toEqual(nothing);
  });

  test.each([
    ['the Worker', () => workerPort],
    ['the builder', () => builderPort],
  ])("a plugin can't reach %s, even if granted", async (_, target) => {
    for (const host of ['127.0.0.1', 'api.example.com', 'mapped.example.com']) {
      expect(await tries('tunnel', { to: `${host}:${target()}` })).toEqual(nothing);
      await refusedIn(`${host}:${target()}`, `${host}:${target()} is Slipway itself`);
    }
  });

  test('a host whose grant was revoked is not reached', async () => {
    const to = `api.example.com:${port}`;
    const revoked = await started({ network: [to], forward: { '9042': to } }, 'revoked');
    const reach = (way: string, of: object) => builder.result(revoked, { way, arguments: of });
    expect(await reach('tunnel', { to })).toEqual({ reached: [to] });
    await builder.send('POST', `/instances/${revoked}/cut-off`);
    expect(await reach('tunnel', { to })).toEqual(nothing);
    expect(await reach('fetch', { url: `http://127.0.0.1:9042/`, proxies: {} })).toEqual(nothing);
  });

  test('the good plugin reaches its granted hosts during the attacks', async () => {
    const url = `http://api.example.com:${port}/`;
    expect(await builder.result(good, { way: 'fetch', arguments: { url } })).toEqual({ reached: ['reached'] });
  });
});

test.each(kinds.filter(({ sandbox }) => sandbox !== 'namespaces'))('a plugin has no network in $name', async (kind) => {
  const builder = await startBuilder(kind);
  const spec = { ...(await builder.putPlugin(attacker)), permissions: { network: ['api.example.com'] } };
  expect((await builder.put('dep_network', spec)).at(-1)).toEqual({
    type: 'failed',
    error: {
      code: 'needs-namespaces',
      message: `demo asks for network access, which needs namespaces. This builder's sandbox is ${kind.sandbox}, because BUILDER_SANDBOX is ${kind.sandbox}. Remove the setting to use the strongest sandbox.`,
    },
  });
  await builder.close();
});

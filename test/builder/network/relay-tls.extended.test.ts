// Tests HTTPS from a Python plugin: through the relay with CONNECT, encrypted between the plugin and the server.
// @module-tag namespaces
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { eventually, handler, TestBuilder } from '../support.ts';
import { type NameServer, nameServer } from './name-server.ts';
import { authority, type TlsServer, tlsServer } from './tls-server.ts';

let builder: TestBuilder;
let dns: NameServer;
let signed: TlsServer;
let selfSigned: TlsServer;

beforeAll(async () => {
  dns = await nameServer((name, type) => (type === 'A' && name.endsWith('.example.com') ? [127, 0, 0, 1] : []));
  signed = await tlsServer('api.example.com');
  selfSigned = await tlsServer('hooks.example.com');
  builder = await TestBuilder.start({
    env: { BUILDER_EGRESS_NETWORKS: '127.0.0.1/32', BUILDER_NAME_SERVERS: dns.address },
  });
});
afterAll(async () => {
  await builder.close();
  for (const server of [signed, selfSigned, dns]) server.close();
});

/**
 * Trusts only the authority in the plugin's archive. `httpx` sends the same bytes as that client, and reports a failed CONNECT in the
 * same way.
 */
const client = handler(
  [
    'def predict(self, request):',
    '    trusted = os.path.join(os.path.dirname(__file__), "ca.pem")',
    '    context = ssl.create_default_context(cafile=trusted)',
    '    fetch = {"urllib": self.urllib, "httpx": self.httpx}[request["client"]]',
    '    try:',
    '        return fetch(request["host"], request["port"], context)',
    '    except Exception as error:',
    '        return {"error": str(getattr(error, "reason", error))}',
    '',
    'def urllib(self, host, port, context):',
    '    with urllib.request.urlopen(f"https://{host}:{port}/", context=context) as answer:',
    '        return json.load(answer)',
    '',
    'def httpx(self, host, port, context):',
    '    proxy = urllib.parse.urlsplit(urllib.request.getproxies()["https"])',
    '    with socket.create_connection((proxy.hostname, proxy.port)) as plain:',
    '        plain.sendall(f"CONNECT {host}:{port} HTTP/1.1\\r\\nHost: {host}:{port}\\r\\nAccept: */*\\r\\n\\r\\n".encode())',
    '        answer = http.client.HTTPResponse(plain, method="CONNECT")',
    '        answer.begin()',
    '        if answer.status != 200:',
    '            raise RuntimeError(f"{answer.status} {answer.reason}")',
    '        with context.wrap_socket(plain, server_hostname=host) as sealed:',
    '            sealed.sendall(f"GET / HTTP/1.1\\r\\nHost: {host}:{port}\\r\\nConnection: close\\r\\n\\r\\n".encode())',
    '            answer = http.client.HTTPResponse(sealed)',
    '            answer.begin()',
    '            return json.load(answer)',
  ].join('\n'),
  'import http.client\nimport json\nimport os\nimport socket\nimport ssl\nimport urllib.parse\nimport urllib.request',
);

let count = 0;
/** Starts the client with the permissions, and returns a function that calls a server in one of its ways. */
async function started(permissions: Permissions) {
  const id = `dep_tls_${count++}`;
  const spec = { ...(await builder.putPlugin({ ...client, 'ca.pem': authority })), permissions };
  expect((await builder.put(id, spec)).at(-1)).toMatchObject({ type: 'ready' });
  const get = (way: string, host: string, { port } = signed) => builder.result(id, { client: way, host, port });
  return { id, get };
}

test.each(['urllib', 'httpx'])('%s reaches a granted host, and the log has the byte counts', async (way) => {
  const { id, get } = await started({ network: [`api.example.com:${signed.port}`] });
  expect(await get(way, 'api.example.com')).toEqual({ host: `api.example.com:${signed.port}` });
  await eventually(() => builder.logs(id)).toEqual([
    expect.stringMatching(`network: api.example.com:${signed.port}, [0-9]+ bytes sent, [0-9]+ received$`),
  ]);
});

test.each([
  ['urllib', 'Tunnel connection failed: '],
  ['httpx', ''],
])('%s reports why the relay refused a host', async (way, prefix) => {
  const { id, get } = await started({ network: ['absent.test:443', 'other.example.com'] });
  const target = `api.example.com:${signed.port}`;
  expect(await get(way, 'api.example.com')).toEqual({
    error: `${prefix}403 ${target} was refused: it is not granted. Ask for it in \`permissions\`.`,
  });
  expect(await get(way, 'absent.test', { ...signed, port: 443 })).toEqual({
    error: `${prefix}502 absent.test does not resolve to an address`,
  });
  expect(await builder.logs(id)).toEqual([
    expect.stringMatching(`network: ${target} was refused: it is not granted$`),
    expect.stringMatching('network: absent.test:443 was refused: absent.test does not resolve to an address$'),
  ]);
});

test('the plugin itself verifies the name and the certificate authority', async () => {
  const { get } = await started({ network: [`*.example.com:${signed.port}`, `*.example.com:${selfSigned.port}`] });
  expect(await get('urllib', 'db.example.com')).toEqual({
    error: expect.stringContaining("certificate is not valid for 'db.example.com'"),
  });
  expect(await get('urllib', 'hooks.example.com', selfSigned)).toEqual({
    error: expect.stringContaining('self-signed certificate'),
  });
});

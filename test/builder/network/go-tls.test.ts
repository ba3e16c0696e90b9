// Tests HTTPS from a compiled plugin: net/http and crypto/tls, through the relay with CONNECT.
// @module-tag go
// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import {
  artifactOf,
  coldCacheMs,
  executableSpec,
  execute,
  goMod,
  pipelinePlugin,
  startGoBuilder,
} from '../go-support.ts';
import { eventually, type TestBuilder } from '../support.ts';
import { type NameServer, nameServer } from './name-server.ts';
import { authority, type TlsServer, tlsServer } from './tls-server.ts';

let builder: TestBuilder;
let dns: NameServer;
let signed: TlsServer;
let selfSigned: TlsServer;
let artifact: string;

const body = `pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	client := http.Client{Transport: &http.Transport{
		Proxy:           http.ProxyFromEnvironment,
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13},
	}}
	response, err := client.Get(params["url"].(string))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return map[string]interface{}{"text": string(text), "tls13": response.TLS.Version == tls.VersionTLS13}, err`;
const imports = '"crypto/tls"\n\t"crypto/x509"\n\t_ "embed"\n\t"io"\n\t"net/http"';
const plugin = pipelinePlugin(body, { imports, more: '//go:embed ca.pem\nvar authority []byte' });

beforeAll(async () => {
  dns = await nameServer((name, type) => (type === 'A' && name.endsWith('.example.com') ? [127, 0, 0, 1] : []));
  signed = await tlsServer('api.example.com');
  selfSigned = await tlsServer('hooks.example.com');
  builder = await startGoBuilder({
    env: { BUILDER_EGRESS_NETWORKS: '127.0.0.1/32', BUILDER_NAME_SERVERS: dns.address },
  });
  artifact = await artifactOf(builder, { 'go.mod': goMod(), 'plugin.go': plugin, 'ca.pem': authority });
}, coldCacheMs);
afterAll(async () => {
  await builder.close();
  for (const server of [signed, selfSigned, dns]) server.close();
});

let count = 0;
async function started(permissions: Permissions) {
  const id = `dep_go_tls_${count++}`;
  expect((await builder.put(id, executableSpec(artifact, { permissions }))).at(-1)).toMatchObject({ type: 'ready' });
  const get = async (url: string) => (await execute(builder, id, 'get', { url })).body;
  return { id, get };
}

test('a granted host answers, and the log has the byte counts', async () => {
  const target = `api.example.com:${signed.port}`;
  const { id, get } = await started({ network: [target] });
  expect(await get(`https://${target}/`)).toMatchObject({
    result: { output: { text: JSON.stringify({ host: target }), tls13: true } },
  });
  // The plugin's transport keeps the connection open for the next request.
  await builder.fetch(`/instances/${id}`, { method: 'DELETE' });
  await eventually(() => builder.logs(id)).toEqual([
    expect.stringMatching(`network: ${target}, [0-9]+ bytes sent, [0-9]+ received$`),
  ]);
});

test('a host without a grant returns an error with the reason', async () => {
  const { id, get } = await started({ network: ['other.example.com'] });
  const target = `api.example.com:${signed.port}`;
  const refusal = `${target} was refused: it is not granted`;
  expect(await get(`https://${target}/`)).toMatchObject({
    error: {
      code: 'plugin_error',
      message: expect.stringContaining(`Get "https://${target}/": ${refusal}. Ask for it in \`permissions\`.`),
    },
  });
  expect(await builder.logs(id)).toEqual([expect.stringMatching(`network: ${refusal}$`)]);
});

test('the plugin itself verifies the name and the certificate authority', async () => {
  const { get } = await started({ network: [`*.example.com:${signed.port}`, `*.example.com:${selfSigned.port}`] });
  expect(await get(`https://db.example.com:${signed.port}/`)).toMatchObject({
    error: { message: expect.stringContaining('certificate is valid for api.example.com, not db.example.com') },
  });
  expect(await get(`https://hooks.example.com:${selfSigned.port}/`)).toMatchObject({
    error: { message: expect.stringContaining('certificate signed by unknown authority') },
  });
});

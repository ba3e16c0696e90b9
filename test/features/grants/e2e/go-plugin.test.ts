// Tests a Go plugin that calls a server: it is installed from Git, refused because it lacks a grant, granted with the CLI, and called.
// @module-tag git
// @module-tag go
// @module-tag long
import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { nameServer } from '../../../builder/network/name-server.ts';
import { authority, tlsServer } from '../../../builder/network/tls-server.ts';
import { slipway } from '../../../cli/slipway.ts';
import { GitHost } from '../../../e2e/git-host/git-host.ts';
import { startSlipway, stateFolder } from '../../../e2e/slipway.ts';

/** The first build compiles and analyzes `net/http`, which takes minutes on a busy machine. */
const firstBuildMs = 900_000;

const createdModel = z.object({ api_key: z.string() });
const listModel = z.object({
  results: z.array(z.object({ deployment_id: z.string(), status: z.string(), error: z.string().nullable() })),
});

/** Trusts only the authority in the plugin's repository. */
const source = `package main

import (
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"io"
	"net/http"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

//go:embed ca.pem
var authority []byte

type reader struct{}

var Plugin reader

func (reader) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority)
	client := http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: trusted}}}
	response, err := client.Get(params["url"].(string))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return map[string]interface{}{"text": string(text)}, err
}
`;

const filesFor = (host: string) => ({
  'go.mod': 'module example.com/reader\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n',
  'plugin.go': source,
  'plugin.yaml': `name: reader\nversion: "1.0.0"\nplacement: container\nactions:\n  - name: read\npermissions:\n  network: ["${host}"]\n`,
  'ca.pem': authority,
});

interface Access {
  url: string;
  api_key: string;
}

/** Runs `slipway` as a user does, and returns its exit code and output. */
async function cli({ url, api_key }: Access, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const { code, stderr, stdout } = await slipway(args, { env: { SLIPWAY_API_KEY: api_key, SLIPWAY_BASE_URL: url } });
  return { code, output: stdout + stderr };
}

/** Starts a server that only this test's plugins can reach, and a Slipway with an organization that gets no automatic grants. */
async function scene() {
  const dns = await nameServer((name, type) => (type === 'A' && name === 'api.example.com' ? [127, 0, 0, 1] : []));
  const server = await tlsServer('api.example.com');
  const git = await GitHost.start();
  onTestFinished(async () => {
    for (const one of [dns, server]) one.close();
    await git.close();
  });
  const env = {
    SLIPWAY_ALLOW_LOOPBACK: '1',
    BUILDER_EGRESS_NETWORKS: '127.0.0.1/32',
    BUILDER_NAME_SERVERS: dns.address,
    // Compiling the standard library takes minutes.
    BUILDER_GO_CACHE: resolve('dist/go/cache'),
  };
  const { url, admin_token } = await (await startSlipway(await stateFolder(), { env })).ready();
  const created = await fetch(`${url}/v1/admin/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'other' }),
  });
  return { access: { url, ...createdModel.parse(await created.json()) }, git, host: `api.example.com:${server.port}` };
}

test('an installed plugin reaches its server once the grant is given', { timeout: firstBuildMs }, async () => {
  const { access, git, host } = await scene();
  const client = new SlipwayClient({ baseUrl: access.url, apiKey: access.api_key });
  const repository = git.repository('reader');
  repository.commit(filesFor(host));
  await repository.push('refs/tags/v1.0.0');

  const command = `slipway grants give reader --kind pipeline --network ${host}`;
  const retry = 'run `slipway deployments retry` with the ID from `slipway deployments list reader`.';
  const refusal = `reader asks for more than it is granted: network ${host}. Ask an administrator of the organization to run \`${command}\`. Then call it again; if its deployment failed, ${retry}`;
  const installed = await cli(access, 'install', repository.url, '--kind', 'pipeline', '--ref', 'v1.0.0');
  expect(installed).toMatchObject({ code: 6, output: expect.stringContaining(refusal) });
  const path = { name: 'reader' };
  expect(await client.get('/api/plugins/{name}', { path })).toMatchObject({ status: 'error', error_message: refusal });
  const listed = await cli(access, 'deployments', 'list', 'reader', '--json');
  const [failed] = listModel.parse(JSON.parse(listed.output)).results;
  expect(failed).toMatchObject({ status: 'failed', error: refusal });

  const given = await cli(access, ...command.split(' ').slice(1));
  expect(given).toEqual({ code: 0, output: `✓ reader is granted:\n  network ${host}\n` });
  expect(await cli(access, 'deployments', 'retry', failed?.deployment_id ?? '')).toMatchObject({ code: 0 });
  const state = async () => (await client.get('/api/plugins/{name}', { path })).loaded;
  await expect.poll(state).toBe(true);
  const params = { url: `https://${host}/` };
  const body = { method: 'execute', params: { action: 'read', params } };
  expect(await client.post('/api/plugins/{name}/call', { path, body })).toMatchObject({
    result: { output: { text: JSON.stringify({ host }) } },
  });
  const invoked = await cli(access, 'invoke', 'reader', '--action', 'read', '--data', JSON.stringify(params));
  expect(invoked).toMatchObject({ code: 0, output: expect.stringContaining(host) });
});

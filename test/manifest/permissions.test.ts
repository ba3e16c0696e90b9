import { describe, expect, test } from 'vitest';
import { allowsConnection, requestedPermissions } from '../../src/contract/plugin/permissions.ts';
import { readDefinition, readRequests } from '../../src/manifest/definition.ts';
import { manifestWith, messages, places, pluginOf, read } from './plugin.ts';

const whole = {
  network: ['api.example.com', '*.internal.example:9042'],
  forward: { '9042': 'cassandra.example.com:9042' },
  secrets: ['OPENAI_API_KEY'],
  memory_mb: 4096,
  timeout_s: 60,
};

describe('permissions in manifest.py', () => {
  test('permissions in manifest.py are part of the manifest', async () => {
    const { manifest, problems, warnings } = await read(manifestWith(`permissions = ${JSON.stringify(whole)}`));
    expect([manifest?.permissions, problems, warnings]).toEqual([whole, [], []]);
  });

  test('permissions in manifest.py are omitted if there are none', async () => {
    const { manifest } = await read(manifestWith('permissions = None'));
    expect(manifest && 'permissions' in manifest).toBe(false);
  });

  test.each([
    [
      '{"network": ["https://api.example.com/v1"]}',
      'SLM107 manifest.py:3:28 permissions["network"][0]',
      'permissions["network"][0] must be a host in lower case, such as "api.example.com", "*.example.com" or "db.example.com:9042", without a scheme or path.',
    ],
    [
      '{"network": "api.example.com"}',
      'SLM107 manifest.py:3:27 permissions["network"]',
      'permissions["network"] must be a list of hosts.',
    ],
    [
      '{"hosts": ["api.example.com"]}',
      'SLM107 manifest.py:3:16 permissions["hosts"]',
      'permissions["hosts"] is unknown. Use network, forward, secrets, memory_mb, timeout_s, later_timeout_s.',
    ],
    [
      '{"forward": {"3128": "db.example.com:5432"}}',
      'SLM107 manifest.py:3:36 permissions["forward"]["3128"]',
      'permissions["forward"]["3128"] uses port 3128, where the HTTP proxy listens.',
    ],
    [
      '{"forward": {"5432": "db.example.com"}}',
      'SLM107 manifest.py:3:36 permissions["forward"]["5432"]',
      'permissions["forward"]["5432"] must be a host in lower case with a port, such as "cassandra.example.com:9042".',
    ],
    [
      '{"secrets": ["OPENAI-API-KEY"]}',
      'SLM107 manifest.py:3:28 permissions["secrets"][0]',
      'permissions["secrets"][0] must be 1 to 128 letters, digits or underscores that do not start with a digit.',
    ],
    [
      '{"later_timeout_s": 721}',
      'SLM107 manifest.py:3:35 permissions["later_timeout_s"]',
      'permissions["later_timeout_s"] must be at most 720.',
    ],
    [
      '{"timeout_s": 121}',
      'SLM107 manifest.py:3:29 permissions["timeout_s"]',
      'permissions["timeout_s"] must be at most 120.',
    ],
    [
      '{"memory_mb": "4 GiB"}',
      'SLM107 manifest.py:3:29 permissions["memory_mb"]',
      'permissions["memory_mb"] must be a whole number of MiB.',
    ],
    [
      '["api.example.com"]',
      'SLM107 manifest.py:3:15 permissions',
      'permissions must be a mapping with the keys network, forward, secrets, memory_mb, timeout_s, later_timeout_s. It is a list.',
    ],
    [
      '{"network": hosts()}',
      'SLM107 manifest.py:3:27 permissions',
      'Part of permissions is the result of a call; Slipway reads manifest.py without running it. Write only literals.',
    ],
  ])('permissions in manifest.py with %s are an error', async (written, place, message) => {
    const { manifest, problems } = await read(manifestWith(`permissions = ${written}`));
    expect([places(problems), messages(problems)]).toEqual([[place], [message]]);
    expect(manifest && 'permissions' in manifest).toBe(false);
  });

  test('permissions with resource_type "api" without hosts are a warning with the fix', async () => {
    const { problems, warnings } = await read(manifestWith('compute_profile = {"resource_type": "api"}'));
    expect([problems, places(warnings), messages(warnings)]).toEqual([
      [],
      ['SLM408 manifest.py:3:37 resource_type'],
      [
        'resource_type is "api", but the plugin asks for no hosts, so it can reach none. Add the hosts that it calls: `permissions = {"network": ["api.example.com"]}`.',
      ],
    ]);
  });

  test('permissions with resource_type "api" and a host or a forward cause no warning', async () => {
    const manifests = ['{"network": ["api.example.com"]}', '{"forward": {"5432": "db.example.com:5432"}}'].map(
      (written) => manifestWith(`resource_type = "api"\npermissions = ${written}`),
    );
    expect((await Promise.all(manifests.map((one) => read(one)))).map(({ warnings }) => warnings)).toEqual([[], []]);
  });
});

describe('permissions in plugin.yaml', () => {
  const head = 'name: store\nversion: 1.0.0\n';

  test('permissions in plugin.yaml are part of the definition', async () => {
    const yaml = `${head}permissions:\n  network: [api.example.com]\n  forward: {9042: "cassandra.example.com:9042"}\n  timeout_s: 60\n`;
    const permissions = {
      network: ['api.example.com'],
      forward: { '9042': 'cassandra.example.com:9042' },
      timeout_s: 60,
    };
    expect(await readDefinition(pluginOf({ 'plugin.yaml': yaml }))).toEqual({
      definition: { name: 'store', version: '1.0.0', permissions },
    });
  });

  test.each([
    [
      'permissions:\n  network:\n    - api.example.com\n    - API.example.com\n',
      'plugin.yaml: line 6: permissions.network.1 must be a host in lower case, such as "api.example.com", "*.example.com" or "db.example.com:9042", without a scheme or path',
    ],
    [
      'permissions:\n  memory: 4096\n',
      'plugin.yaml: line 4: permissions.memory is unknown. Use network, forward, secrets, memory_mb, timeout_s, later_timeout_s',
    ],
  ])('permissions in plugin.yaml with %j are an error that names the line', async (yaml, message) => {
    expect(await readDefinition(pluginOf({ 'plugin.yaml': head + yaml }))).toEqual({ problem: message });
  });

  test('permissions for a storage plugin are read only from a file that declares them', async () => {
    const files = ['kind: Deployment\n', 'a: [', `${head}permissions: {network: [db.example.com]}\n`];
    expect(await Promise.all(files.map((text) => readRequests(pluginOf({ 'plugin.yaml': text }))))).toEqual([
      { definition: null },
      { definition: null },
      { definition: { name: 'store', version: '1.0.0', permissions: { network: ['db.example.com'] } } },
    ]);
  });

  test('invalid permissions for a storage plugin are an error', async () => {
    const file = pluginOf({ 'plugin.yaml': `${head}permissions: {timeout_s: 0}\n` });
    expect(await readRequests(file)).toEqual({
      problem: 'plugin.yaml: line 3: permissions.timeout_s must be at least 1',
    });
  });
});

describe('a host in permissions', () => {
  test.each([
    ['api.example.com', 'api.example.com', [443, 80], [8443, 22]],
    ['api.example.com:8443', 'api.example.com', [8443], [443]],
    ['*.example.com', 'a.b.example.com', [443], [9042]],
    ['*.example.com', 'example.com', [], [443]],
    ['*.example.com', 'badexample.com', [], [443]],
    ['127.0.0.1:9000', '127.0.0.1', [9000], [80]],
  ])('the granted host %s for %s allows %j and not %j', (pattern, host, allowed, refused) => {
    expect(allowed.map((port) => allowsConnection(pattern, { host, port }))).toEqual(allowed.map(() => true));
    expect(refused.map((port) => allowsConnection(pattern, { host, port }))).toEqual(refused.map(() => false));
  });

  test.each([
    '*',
    '*.com',
    '*.1.2.3',
    'a.*.com',
    'api.example.com:0',
    'api.example.com:65536',
    'user@api.example.com',
    'api.example.com/',
    '-a.example.com',
    'a..b',
    '',
    `${'a'.repeat(64)}.com`,
  ])('the host %j is refused in permissions', async (text) => {
    const { problems } = await read(manifestWith(`permissions = ${JSON.stringify({ network: [text] })}`));
    expect(problems.map(({ ruleId }) => ruleId)).toEqual(['SLM107']);
  });
});

test('a version without permissions asks for no permissions', () => {
  const ask = (permissions: object) => requestedPermissions({ manifest: { permissions }, definition: null });
  expect([ask({ network: [], forward: {}, secrets: [] }), ask({ memory_mb: 128 })]).toEqual([
    undefined,
    { memory_mb: 128 },
  ]);
});

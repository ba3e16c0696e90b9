// Tests the agent surface over HTTP: all response fields, errors and messages, and the permissions for changes.
import { describe, expect, test } from 'vitest';
import { eventsOf } from '../../../support/events.ts';
import { clientWithKey, organization } from '../../../support/scenes/organization.ts';
import {
  agentScene,
  agents,
  artifactAt,
  documented,
  errorOf,
  freshName,
  goodChecksum,
  registered,
  registration,
  requestArtifact,
} from '../scenes/agents.ts';

const scene = await agentScene();
const { org } = scene;
const another = await organization({ name: 'Another', fetch: scene.fetch });

const notYet = {
  failure: null,
  message: null,
  actualChecksum: null,
  sizeBytes: null,
  contentType: null,
  attempts: 0,
  checkedAt: null,
  nextCheckAt: null,
};

describe('registering', () => {
  test("registering an agent plugin returns the documented example's nine fields, and the same again when repeated", async () => {
    const sent = documented(freshName());
    const first = await org.post(agents, sent);
    expect({ status: first.status, body: first.body }).toEqual({
      status: 200,
      body: {
        id: expect.stringMatching(/^plg_[0-9a-z]{26}$/),
        ...sent,
        registeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        verification: 'unverifiable',
        verificationDetails: notYet,
        mirrored: false,
        yanked: false,
        yankReason: null,
        quarantined: null,
        description: null,
        labels: {},
        deprecation: null,
      },
    });
    const { id } = Object(first.body);
    expect(first.headers.get('location')).toBe(`${agents}/${id}`);
    expect(first.headers.get('slipway-result')).toBe('created');
    const again = await org.post(agents, sent);
    expect([again.status, again.text, again.headers.get('slipway-result')]).toEqual([200, first.text, 'unchanged']);
    expect((await org.get(`${agents}/${id}`)).text).toBe(first.text);
  });

  test('registering an agent plugin again keeps stored values for omitted fields, and ignores case in names', async () => {
    const name = freshName();
    const first = await org.post(agents, registration({ name, configSchema: { type: 'object' } }));
    expect(first.body).toMatchObject({ configSchema: '{"type":"object"}', pluginRuntime: 'unknown' });
    const again = await org.post(agents, registration({ name: ` ${name.toUpperCase()} ` }));
    expect([again.text, again.headers.get('slipway-result')]).toEqual([first.text, 'unchanged']);
  });

  test('registering an agent plugin accepts another URL for the same artifact, and verifies it again', async () => {
    const name = freshName();
    const id = await registered(scene, { name });
    const moved = await org.post(agents, registration({ name, artifactUrl: 'https://mirror.example.com/x.tar.gz' }));
    expect(moved.headers.get('slipway-result')).toBe('updated');
    expect(moved.body).toMatchObject({
      id,
      artifactUrl: 'https://mirror.example.com/x.tar.gz',
      verification: 'pending',
    });
    const events = (await eventsOf(org)).filter(({ subjectId }) => subjectId === id);
    expect(events.map(({ type }) => type)).toEqual(['agent_plugin.registered', 'agent_plugin.moved']);
    expect(scene.sent.filter((message) => message.id === id)).toHaveLength(2);
  });

  test.each([
    ['checksum', `sha256:${'a'.repeat(64)}`, goodChecksum],
    ['pluginType', 'metric', 'log'],
    ['configSchema', '{"type":"object"}', '{}'],
    ['pluginRuntime', 'python', 'unknown'],
  ])('registering rejects a different %s for a version that is already registered', async (field, given, before) => {
    const name = freshName();
    await registered(scene, { name });
    expect(errorOf(await org.post(agents, registration({ name, [field]: given })))).toMatchObject({
      status: 409,
      code: 'version_conflict',
      message: `${name} 2.1.0 is already registered with ${field} ${before}, not ${given}`,
      details: { registered: { [field]: before }, given: { [field]: given } },
    });
    expect((await org.post(agents, registration({ name, version: '2.1.1', [field]: given }))).status).toBe(200);
  });

  test('registering rejects a name that belongs to another organization, for any version', async () => {
    const name = freshName();
    await registered(scene, { name });
    const error = await another.post(agents, registration({ name: name.toUpperCase(), version: '9.0.0' }));
    expect(errorOf(error)).toMatchObject({ status: 409, code: 'name_taken' });
    expect((await eventsOf(another)).filter(({ type }) => type.startsWith('agent_'))).toEqual([]);
  });

  test('registering a version concurrently with two checksums succeeds for exactly one, ten times in a row', async () => {
    for (let round = 0; round < 10; round++) {
      const name = freshName();
      const checksums = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`);
      const answers = await Promise.all(
        checksums.map((checksum) => org.post(agents, registration({ name, checksum }))),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });
});

describe('an invalid registration', () => {
  test.each<[string, unknown, string, string]>([
    ['name', '-x', 'invalid_request', 'must be 1 to 128 letters'],
    ['name', 'a/b', 'invalid_request', 'must be 1 to 128 letters'],
    ['name', 'x'.repeat(129), 'invalid_request', 'must be 1 to 128 letters'],
    ['version', '1 0', 'invalid_request', 'must be 1 to 64 visible'],
    ['version', '1/0', 'invalid_request', 'must be 1 to 64 visible'],
    ['pluginType', 'profile', 'invalid_plugin_type', 'must be one of log, metric, trace'],
    ['checksum', 'sha512:abc123def456', 'invalid_checksum', 'no other algorithm is supported'],
    ['checksum', 'SHA256:abc123def456', 'invalid_checksum', 'no other algorithm is supported'],
    ['checksum', 'sha256:abc', 'invalid_checksum', 'must be `sha256:` and 64'],
    ['checksum', `sha256:${'a'.repeat(66)}`, 'invalid_checksum', 'must be `sha256:` and 64'],
    ['artifactUrl', 'ftp://example.com/x', 'invalid_artifact_url', 'is not allowed: it does not use https'],
    [
      'artifactUrl',
      'https://user:secret@example.com/x',
      'invalid_artifact_url',
      'is not allowed: it contains credentials',
    ],
    ['artifactUrl', 'https://10.0.0.1/x', 'invalid_artifact_url', 'is not a public host name'],
    ['configSchema', '{', 'invalid_config_schema', 'must be a JSON object or boolean'],
    ['configSchema', { type: 'text' }, 'invalid_config_schema', '#/type must be one or more of array'],
    ['configSchema', `{"title":"${'x'.repeat(65_536)}"}`, 'invalid_config_schema', 'must be at most 65536 bytes'],
    ['pluginRuntime', 'a b', 'invalid_request', 'must be a single word'],
  ])('an invalid registration: %s: %#', async (field, value, code, message) => {
    const { status, ...error } = errorOf(await org.post(agents, registration({ [field]: value })));
    const fields = [{ field, message: expect.stringContaining(message) }];
    expect({ status, code: error.code, fields: error.fields }).toEqual({ status: 400, code, fields });
  });

  test('registering lists all invalid fields', async () => {
    const { code, fields } = errorOf(await org.post(agents, { pluginType: 'x', checksum: 'y', version: '1 0' }));
    expect([code, fields.map(({ field }: { field: string }) => field).sort()]).toEqual([
      'invalid_request',
      ['artifactUrl', 'checksum', 'name', 'pluginType', 'version'],
    ]);
  });

  test.each([
    ['malformed JSON', '{', 400, 'malformed_json'],
    ['not an object', '[]', 400, 'invalid_request'],
    ['too large', JSON.stringify({ configSchema: 'x'.repeat(300_000) }), 413, 'body_too_large'],
  ])('an invalid registration: %s', async (_what, raw, status, code) => {
    const answer = await org.send('POST', agents, { raw, headers: { 'content-type': 'application/json' } });
    expect(errorOf(answer)).toMatchObject({ status, code });
  });
});

describe('reading', () => {
  const listed = async (query: string, client = org) =>
    Object((await client.get(`${agents}?${query}`)).body).plugins.map(({ id }: { id: string }) => id);

  test("the registry lists all organizations' agent plugins, newest first, in pages, with filters", async () => {
    const tag = crypto.randomUUID().slice(0, 12);
    const first = await registered(scene, { name: `A-${tag}`, pluginType: 'metric', pluginRuntime: 'go' });
    const second = await registered({ org: another }, { name: `b-${tag}` });
    const third = await registered(scene, { name: `a-${tag}`, version: '2.2.0', pluginType: 'metric' });
    const q = `q=${tag.toUpperCase()}`;
    expect(await listed(q, another)).toEqual([third, second, first]);
    expect(await listed(`${q}&pluginType=metric`)).toEqual([third, first]);
    expect(await listed(`${q}&pluginRuntime=go`)).toEqual([first]);
    expect(await listed(`name=a-${tag}`)).toEqual([third, first]);
    const page = Object((await org.get(`${agents}?${q}&limit=2`)).body);
    expect(await listed(`${q}&limit=2&cursor=${page.nextCursor}`)).toEqual([first]);
    await org.del(`${agents}/${third}`);
    expect(await listed(q)).toEqual([second, first]);
    expect(await listed(`${q}&includeYanked=true`)).toEqual([third, second, first]);
  });

  test("a name's versions are listed, along with the highest one", async () => {
    const name = freshName();
    const ids: Record<string, string> = {};
    for (const version of ['2.10.0', '2.9.1', '3.0.0-rc.1', '3.0.0'])
      ids[version] = await registered(scene, { name, version });
    await org.del(`${agents}/${ids['3.0.0']}`);
    const { body } = await another.get(`${agents}/by-name/${name.toUpperCase()}`);
    expect(body).toMatchObject({ name, latest: { id: ids['3.0.0-rc.1'] } });
    expect(Object(body).versions.map(({ version }: { version: string }) => version)).toEqual([
      '3.0.0',
      '3.0.0-rc.1',
      '2.9.1',
      '2.10.0',
    ]);
    const one = await org.get(`${agents}/by-name/${name}/versions/2.9.1`);
    expect(one.body).toMatchObject({ id: ids['2.9.1'], version: '2.9.1' });
  });

  test.each(['plg_00000000000000000000000000', 'nonsense', 'by-name/none-such', 'by-name/none-such/versions/1'])(
    'an unknown agent resource gets 404: %s',
    async (path) => {
      expect(errorOf(await org.get(`${agents}/${path}`))).toMatchObject({ status: 404, code: 'not_found' });
    },
  );

  test('a download redirects to the registered URL if there is no copy', async () => {
    const id = await registered(scene);
    const { status, headers } = await org.get(`${agents}/${id}/artifact`);
    const location = 'https://artifacts.example.com/collector-2.1.0.tar.gz';
    expect([status, headers.get('location')]).toEqual([302, location]);
    expect(headers.get('repr-digest')).toMatch(/^sha-256=:[A-Za-z0-9+/]{43}=:$/);
  });

  test.each([
    ['has a truncated checksum', { checksum: 'sha256:abc123def456' }],
    ['has another checksum', { artifactUrl: artifactAt('other') }],
  ])('a download refuses an artifact that %s', async (_what, fields) => {
    const id = await registered(scene, fields);
    await org.post(`${agents}/${id}/verify?verify=sync`);
    expect(errorOf(await org.get(`${agents}/${id}/artifact`))).toMatchObject({ status: 409, code: 'conflict' });
  });
});

describe('configurations', () => {
  const schema = '{ "type": "object",\n "required": ["path"], "properties": {"path": {"pattern": "^/"}} }';

  test('configurations are validated against the schema, which is returned as registered', async () => {
    const id = await registered(scene, { configSchema: schema });
    expect((await another.get(`${agents}/${id}/schema`)).text).toBe(schema);
    const check = async (config: unknown) => (await another.post(`${agents}/${id}/validate-config`, { config })).body;
    expect(await check({ path: '/var/log' })).toEqual({ valid: true, errors: [] });
    expect(await check({ path: 'var' })).toEqual({
      valid: false,
      errors: [{ path: '/path', keyword: 'pattern', message: 'String does not match pattern.' }],
    });
    expect(await check(null)).toMatchObject({ valid: false, errors: [{ path: '', keyword: 'type' }] });
  });

  test('configurations are rejected if validating them takes too long', async () => {
    const twice = (n: number) => ({ allOf: [{ $ref: `#/$defs/a${n}` }, { $ref: `#/$defs/a${n}` }] });
    const steps = Array.from({ length: 30 }, (_, n): [string, unknown] => [`a${n}`, twice(n + 1)]);
    const $defs = { ...Object.fromEntries(steps), a30: true };
    const id = await registered(scene, { configSchema: { $ref: '#/$defs/a0', $defs } });
    const answer = await org.post(`${agents}/${id}/validate-config`, { config: {} });
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'too_complex' });
  });

  test.each([
    ['is missing', '{}', 400],
    ['is too large', JSON.stringify({ config: 'x'.repeat(20_000) }), 413],
    ['nests to the maximum depth', `{"config":${'['.repeat(499)}${']'.repeat(499)}}`, 200],
    ['nests deeper', `{"config":${'['.repeat(500)}${']'.repeat(500)}}`, 400],
  ])('a configuration that %s is validated or refused', async (_what, raw, status) => {
    const id = await registered(scene);
    const headers = { 'content-type': 'application/json' };
    expect((await org.send('POST', `${agents}/${id}/validate-config`, { raw, headers })).status).toBe(status);
  });
});

describe('description, labels and deprecation', () => {
  const notes = { description: 'Collects nginx logs', labels: { team: 'edge' }, deprecation: 'Use 3.0.0' };

  test('description, labels and deprecation change field by field, with an event for each change', async () => {
    const id = await registered(scene);
    expect((await org.patch(`${agents}/${id}`, notes)).body).toMatchObject({ id, ...notes });
    const { status, body } = await org.patch(`${agents}/${id}`, { description: null, labels: {}, checksum: 'other' });
    const now = { ...notes, description: null, labels: {}, checksum: goodChecksum };
    expect({ status, body }).toMatchObject({ status: 200, body: now });
    expect(Object(body).labels).toEqual({});
    expect((await another.get(`${agents}/${id}`)).body).toEqual(body);
    await org.patch(`${agents}/${id}`, { deprecation: 'Use 3.0.0' });
    const events = (await eventsOf(org)).filter(({ subjectId }) => subjectId === id);
    expect(events.map(({ type }) => type)).toEqual([
      'agent_plugin.registered',
      'agent_plugin.described',
      'agent_plugin.described',
    ]);
  });

  test.each([
    ['description', 'x'.repeat(2001)],
    ['labels', { 'a b': 'x' }],
    ['labels', { a: 'x'.repeat(256) }],
    ['labels', Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`l${i}`, 'x']))],
    ['deprecation', 7],
  ])('an invalid %s is named in the error: %#', async (field, value) => {
    const id = await registered(scene);
    const { status, fields } = errorOf(await org.patch(`${agents}/${id}`, { [field]: value }));
    expect([status, fields[0]?.field.split('.')[0]]).toEqual([400, field]);
  });
});

describe('yanking', () => {
  test('yanking requires force=true if the artifact was fetched in the last day', async () => {
    const id = await registered(scene);
    await requestArtifact(scene, another, id);
    const error = errorOf(await org.del(`${agents}/${id}`));
    expect(error).toMatchObject({ status: 409, code: 'in_use', details: { id } });
    expect(error.message).toMatch(/^\S+ 2\.1\.0 is in use: its artifact was requested at \d{4}-/);
    expect((await org.get(`${agents}/${id}`)).body).toMatchObject({ yanked: false });
    expect((await org.del(`${agents}/${id}?force=true`)).status).toBe(204);
    const later = await registered(scene);
    await requestArtifact(scene, another, later);
    scene.clock.advance(24 * 3_600_000 + 1);
    expect((await org.del(`${agents}/${later}`)).status).toBe(204);
  });

  test('yanking keeps the version readable and its number taken', async () => {
    const name = freshName();
    const id = await registered(scene, { name });
    for (let i = 0; i < 2; i++) expect((await org.del(`${agents}/${id}`)).status).toBe(204);
    expect((await another.get(`${agents}/${id}`)).body).toMatchObject({ id, yanked: true });
    for (const fields of [{ name }, { name, checksum: `sha256:${'a'.repeat(64)}` }])
      expect(errorOf(await org.post(agents, registration(fields)))).toMatchObject({
        status: 409,
        code: 'version_conflict',
        message: `${name} 2.1.0 was yanked, so the version cannot be registered again`,
      });
    const events = (await eventsOf(org)).filter(({ subjectId }) => subjectId === id);
    expect(events.map(({ type }) => type)).toEqual(['agent_plugin.registered', 'agent_plugin.yanked']);
  });

  test.each([
    ['DELETE', ''],
    ['POST', '/verify'],
  ])("yanking and verifying are refused for another organization's key: %s …%s", async (method, path) => {
    const id = await registered(scene);
    expect(errorOf(await another.send(method, `${agents}/${id}${path}`))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect((await org.get(`${agents}/${id}`)).body).toMatchObject({ yanked: false });
  });

  test('yanking is not allowed for a key bound to namespaces, which can only read', async () => {
    const bound = await clientWithKey(org, { namespaceIds: [org.namespaceId] });
    const id = await registered(scene);
    expect((await bound.get(`${agents}/${id}`)).status).toBe(200);
    expect(errorOf(await bound.del(`${agents}/${id}`))).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

test.each([
  ['POST', `${agents}/plg_00000000000000000000000000`, 405, 'method_not_allowed'],
  ['GET', '/api/v1/nothing', 404, 'not_found'],
])("a response to %s %s has the surface's format", async (method, path, status, code) => {
  expect(errorOf(await org.send(method, path))).toMatchObject({ status, code });
});

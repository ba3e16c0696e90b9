// Tests `slipway verify` with a changed field each, without a network and with other keys, and what the neighbouring commands write.
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type EvidenceType,
  type PublicKey,
  payloadType,
  predicateTypes,
  signedBytes,
  statementType,
} from '../../../../src/contract/features/evidence/evidence.ts';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const archive = 'the stored archive';
const sha256 = createHash('sha256').update(archive).digest('hex');
const builder = 'https://slipway.example.com';
const versionId = 'ver_01m7wc54fherz84624ahd0kr7h';
const commit = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const claims = { repository: 'acme/app' };
const url = 'https://token.actions.githubusercontent.com';
const ofOperator = { url, owner: 'operator', keys: 'discovery' };

const predicates = {
  provenance: {
    buildDefinition: {
      externalParameters: {
        organization: 'org_acme',
        publisher: { type: 'ci', id: 'ci:github/acme', name: 'github', issuer: ofOperator, claims },
        source: { repository: 'https://git.example.com/acme/app.git', ref: 'v1', commit },
      },
      internalParameters: { versionId },
    },
    runDetails: { builder: { id: builder } },
  },
  verdict: {
    ...{ versionId, verifier: { id: builder }, policyVersion: '42', level: 'standard', verdict: 'pass', waivers: [] },
    approval: { by: { type: 'person', id: 'usr_ana' }, at: '2026-11-26T12:00:00.000Z' },
  },
  lock: { versionId, resolver: 'uv 0.13.1', lock: { digest: { sha256: 'a'.repeat(64) } }, packages: [] },
} satisfies Record<EvidenceType, object>;

interface Signer {
  key: PublicKey;
  privateKey: KeyObject;
}

function newSigner(state: PublicKey['state'] = 'current'): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  const at = '2026-11-26T12:00:00.000Z';
  const times = {
    created_at: at,
    retired_at: state === 'current' ? null : at,
    revoked_at: state === 'revoked' ? at : null,
  };
  return { key: { keyid, pem, algorithm: 'ecdsa-p256-sha256', state, ...times }, privateKey };
}

function envelopeOf({ key, privateKey }: Signer, type: EvidenceType, predicate: object = predicates[type]) {
  const subject = [{ name: 'demo-1.0.0.zip', digest: { sha256 } }];
  const statement = { _type: statementType, subject, predicateType: predicateTypes[type], predicate };
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = sign('sha256', signedBytes(payloadType, payload), privateKey).toString('base64');
  return {
    payloadType: String(payloadType),
    payload: payload.toString('base64'),
    signatures: [{ keyid: key.keyid, sig }],
  };
}

const types: EvidenceType[] = ['provenance', 'verdict', 'lock'];
type Signed = ReturnType<typeof envelopeOf>;

function allOf(signer: Signer): Record<EvidenceType, Signed> {
  const [provenance, verdict, lock] = types.map((type) => envelopeOf(signer, type));
  if (!provenance || !verdict || !lock) throw new Error('every type has an envelope');
  return { provenance, verdict, lock };
}

/** Writes the archive, the evidence and the keys. */
function filesOf(envelopes: Partial<Record<EvidenceType, Signed>>, keys: PublicKey[]) {
  const folder = folderOf({ 'demo-1.0.0.zip': archive, 'keys.json': JSON.stringify({ keys }) });
  const bundle = folderOf(
    Object.fromEntries(Object.entries(envelopes).map(([type, envelope]) => [`${type}.json`, JSON.stringify(envelope)])),
  );
  return { file: join(folder, 'demo-1.0.0.zip'), keys: join(folder, 'keys.json'), bundle };
}

type Files = ReturnType<typeof filesOf>;

function verifyOffline({ file, keys, bundle }: Files, ...flags: string[]) {
  const unreachable = { SLIPWAY_BASE_URL: 'http://127.0.0.1:1', SLIPWAY_API_KEY: 'sk_any' };
  return inProcess(['verify', file, '--offline', '--bundle', bundle, '--keys', keys, ...flags], unreachable);
}

function answerOf(envelopes: Record<EvidenceType, Signed>) {
  const evidence = types.map((type) => ({
    type,
    signed_at: '2026-11-26T12:00:00.000Z',
    envelope: envelopes[type],
  }));
  return { success: true, name: 'demo', version: '1.0.0', sha256, evidence };
}

test('evidence is verified without a network', async () => {
  const signer = newSigner();
  const { exit, stdout, stderr } = await verifyOffline(filesOf(allOf(signer), [signer.key]));
  expect([exit, stderr]).toEqual(['done', '']);
  expect(stdout).toContain('publisher   ci:github/acme, github');
  expect(stdout).toContain('approval    by usr_ana at 2026-11-26T12:00:00.000Z');
});

/** Changes one text in an envelope's statement, and leaves its signature. */
function changed(envelope: Signed, from: string, to: string): Signed {
  const text = Buffer.from(envelope.payload, 'base64').toString();
  if (!text.includes(from)) throw new Error(`the statement has no ${from}`);
  return { ...envelope, payload: Buffer.from(text.replace(from, to)).toString('base64') };
}

const parameters = 'predicate.buildDefinition.externalParameters';
const changes: [field: string, type: EvidenceType, change: (envelope: Signed) => Signed][] = [
  ['payloadType', 'provenance', (one) => ({ ...one, payloadType: 'text/plain' })],
  ['payload', 'provenance', (one) => changed(one, '{', '[')],
  [
    'signatures[0].sig',
    'verdict',
    (one) => ({
      ...one,
      signatures: envelopeOf(newSigner(), 'verdict').signatures.map(({ sig }) => ({
        keyid: one.signatures[0]?.keyid ?? '',
        sig,
      })),
    }),
  ],
  [
    'signatures[0].keyid',
    'provenance',
    (one) => ({ ...one, signatures: [{ keyid: 'b'.repeat(64), sig: one.signatures[0]?.sig ?? '' }] }),
  ],
  ['subject[0].digest.sha256', 'provenance', (one) => changed(one, sha256, 'c'.repeat(64))],
  ['subject[0].name', 'provenance', (one) => changed(one, 'demo-1.0.0.zip', 'other-1.0.0.zip')],
  ['predicateType', 'provenance', (one) => changed(one, predicateTypes.provenance, predicateTypes.verdict)],
  ['predicate.runDetails.builder.id', 'provenance', (one) => changed(one, builder, 'https://evil.example.com')],
  [`${parameters}.publisher.claims.repository`, 'provenance', (one) => changed(one, 'acme/app"', 'evil/app"')],
  ['predicate.lock.digest.sha256', 'lock', (one) => changed(one, 'a'.repeat(64), 'd'.repeat(64))],
  ['predicate.verdict', 'verdict', (one) => changed(one, '"pass"', '"warn"')],
  ['predicate.approval.by.id', 'verdict', (one) => changed(one, 'usr_ana', 'usr_eve')],
];

test.each(changes)('a changed field is named: %s', async (field, type, change) => {
  const signer = newSigner();
  const envelopes = allOf(signer);
  const { file, keys, bundle } = filesOf({ ...envelopes, [type]: change(envelopes[type]) }, [signer.key]);
  await using server = await scriptedServer();
  const answer = { body: answerOf(envelopes) };
  server.answers.push({ body: {} }, answer);
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const { exit, stdout } = await inProcess(['verify', file, '--bundle', bundle, '--keys', keys, '--json'], environment);
  expect([exit, JSON.parse(stdout)]).toMatchObject(['rejected', { error: { details: { type, field } } }]);
  expect((await verifyOffline({ file, keys, bundle })).exit).toBe('rejected');
});

test('another file is refused with its digest', async () => {
  const signer = newSigner();
  const files = filesOf(allOf(signer), [signer.key]);
  writeFileSync(files.file, 'another archive');
  const { exit, stderr } = await verifyOffline(files);
  expect(exit).toBe('rejected');
  expect(stderr).toMatch(/^✗ \w+: subject\[0\]\.digest\.sha256 is /);
});

test('a retired key still counts, and a revoked one does not, whatever time its statement has', async () => {
  const retired = newSigner('retired');
  expect((await verifyOffline(filesOf(allOf(retired), [newSigner().key, retired.key]))).exit).toBe('done');
  const revoked = newSigner('revoked');
  const { exit, stderr } = await verifyOffline(filesOf(allOf(revoked), [newSigner().key, revoked.key]));
  expect(exit).toBe('rejected');
  expect(stderr).toContain('was revoked at 2026-11-26T12:00:00.000Z\n  fix      Fetch the evidence again');
});

test("a key file whose key isn't the one with that ID is refused", async () => {
  const signer = newSigner();
  const pem = String(createPublicKey(newSigner().key.pem).export({ type: 'spki', format: 'pem' }));
  const { exit, stderr } = await verifyOffline(filesOf(allOf(signer), [{ ...signer.key, pem }]));
  expect([exit, stderr]).toEqual(['rejected', expect.stringContaining('keys.keyid')]);
});

test('a publisher can be required by repository, name or ID', async () => {
  const signer = newSigner();
  const files = filesOf(allOf(signer), [signer.key]);
  for (const pattern of ['acme/*', 'github', 'ci:github/acme', 'https://git.example.com/acme/*'])
    expect((await verifyOffline(files, '--publisher', pattern)).exit, pattern).toBe('done');
  const { exit, stderr } = await verifyOffline(files, '--publisher', 'acme');
  expect([exit, stderr]).toEqual([
    'rejected',
    `✗ provenance: ${parameters}.publisher is ci:github/acme, which does not match acme\n`,
  ]);
});

/** Verifies the repository of a version that a key published from a Git ref. */
async function verifyRepositoryAt(ref: string) {
  const signer = newSigner();
  const externalParameters = {
    organization: 'org_acme',
    publisher: { type: 'key', id: 'key_1' },
    source: { repository: 'https://git.example.com/acme/app.git', ref, commit },
  };
  const buildDefinition = { ...predicates.provenance.buildDefinition, externalParameters };
  const provenance = envelopeOf(signer, 'provenance', { ...predicates.provenance, buildDefinition });
  const files = filesOf({ ...allOf(signer), provenance }, [signer.key]);
  return verifyOffline(files, '--publisher', 'https://git.example.com/acme/*');
}

test.each(['v1', 'refs/heads/main', `refs/heads/${commit}`, commit.slice(0, 12)])(
  'a required repository is accepted at the branch or tag %s',
  async (ref) => {
    expect((await verifyRepositoryAt(ref)).exit).toBe('done');
  },
);

test('a required repository is refused at a commit, which can be of a fork', async () => {
  const { exit, stderr } = await verifyRepositoryAt(commit);
  expect([exit, stderr]).toEqual([
    'rejected',
    expect.stringContaining(`${parameters}.source.ref is the commit ${commit}`),
  ]);
});

const publisher = predicates.provenance.buildDefinition.externalParameters.publisher;

/** Verifies a version that a CI job with such an issuer published, without a Git source. */
async function verifyJobOf(issuer: object | undefined, ...flags: string[]) {
  const signer = newSigner();
  const externalParameters = { organization: 'org_acme', publisher: { ...publisher, issuer } };
  const buildDefinition = { ...predicates.provenance.buildDefinition, externalParameters };
  const changed = { ...predicates.provenance, buildDefinition };
  const provenance = envelopeOf(signer, 'provenance', changed);
  return verifyOffline(filesOf({ ...allOf(signer), provenance }, [signer.key]), '--publisher', 'acme/*', ...flags);
}

const fetched = { url, owner: 'organization', keys: 'discovery' };
const pasted = { url, owner: 'organization', keys: 'pasted' };
const named = ['--issuer', url];
const ownKeys = `issuer.keys is pasted: an organization chose the keys of ${url}`;

test.each([
  ["the operator's issuer", ofOperator, []],
  ["the operator's issuer, by its URL", ofOperator, named],
  ["an organization's issuer, by its URL", fetched, named],
  ["an organization's pasted keys, by the URL and the organization", pasted, [...named, '--organization', 'org_acme']],
])('a required publisher is accepted from %s', async (_, issuer, flags) => {
  expect((await verifyJobOf(issuer, ...flags)).exit).toBe('done');
});

test.each([
  ["an organization's issuer that isn't named", fetched, [], `issuer.owner is organization: the operator doesn't`],
  ["an organization's pasted keys", pasted, [], ownKeys],
  ["an organization's pasted keys, by the URL alone", pasted, named, ownKeys],
  ['another issuer', ofOperator, ['--issuer', 'https://gitlab.com'], `issuer.url is ${url}, not https://gitlab.com`],
  ['another organization', ofOperator, ['--organization', 'org_evil'], 'organization is org_acme, not org_evil'],
  ['a statement that names no issuer', undefined, [], 'issuer is missing, so nobody vouches for the publisher'],
  ['a statement that names no issuer, by a URL', undefined, named, 'issuer is missing, so nobody vouches'],
])('a required publisher is refused from %s', async (_, issuer, flags, reason) => {
  const { exit, stderr } = await verifyJobOf(issuer, ...flags);
  expect([exit, stderr]).toEqual(['rejected', expect.stringContaining(reason)]);
});

test('a folder without a verdict is refused, and a file may have one statement', async () => {
  const signer = newSigner();
  const { provenance } = allOf(signer);
  const files = filesOf({ provenance }, [signer.key]);
  const { exit, stderr } = await verifyOffline(files);
  expect([exit, stderr]).toEqual(['rejected', '✗ verdict: predicateType https://slipway.dev/verdict/v1 is missing\n']);
  expect((await verifyOffline({ ...files, bundle: join(files.bundle, 'provenance.json') })).exit).toBe('done');
});

test('an approval can be required', async () => {
  const signer = newSigner();
  const verdict = envelopeOf(signer, 'verdict', { ...predicates.verdict, approval: null });
  const files = filesOf({ ...allOf(signer), verdict }, [signer.key]);
  expect((await verifyOffline(files)).exit).toBe('done');
  const { exit, stderr } = await verifyOffline(files, '--approved');
  expect([exit, stderr]).toEqual(['rejected', '✗ verdict: predicate.approval names no approver\n']);
});

const elsewhere = 'ver_01m7wc54fherz84624ahd0kr7j';

test.each<[EvidenceType, string | undefined, string]>([
  ['verdict', elsewhere, `predicate.versionId is ${elsewhere}, and the provenance is about ${versionId}`],
  ['lock', elsewhere, `predicate.versionId is ${elsewhere}, and the provenance is about ${versionId}`],
  ['verdict', undefined, 'predicate.versionId is missing'],
])('a %s that names the version %s is refused beside the provenance of the same file', async (type, id, reason) => {
  const signer = newSigner();
  const foreign = envelopeOf(signer, type, { ...predicates[type], versionId: id });
  const files = filesOf({ ...allOf(signer), [type]: foreign }, [signer.key]);
  const { exit, stderr } = await verifyOffline(files, '--publisher', 'acme/*', '--approved');
  expect([exit, stderr]).toEqual(['rejected', expect.stringContaining(`✗ ${type}: ${reason}`)]);
});

test('saved evidence has envelopes, bundles and keys, and verifies without a network', async () => {
  const signer = newSigner();
  const envelopes = allOf(signer);
  const folder = join(folderOf({}), 'evidence');
  await using server = await scriptedServer();
  const answer = { body: answerOf(envelopes) };
  server.answers.push({ body: {} }, answer, { body: { keys: [signer.key] } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  expect((await inProcess(['provenance', 'demo@1.0.0', '-o', folder], environment)).exit).toBe('done');
  const written = types.flatMap((type) => [`${type}.json`, `${type}.sigstore.json`]);
  expect(readdirSync(folder).sort()).toEqual([...written, 'keys.json', `${signer.key.keyid}.pem`].sort());
  const { file } = filesOf({}, []);
  expect((await verifyOffline({ file, keys: join(folder, 'keys.json'), bundle: folder })).exit).toBe('done');
});

test('an SBOM is written as served', async () => {
  const file = join(folderOf({}), 'demo.cdx.json');
  await using server = await scriptedServer();
  server.answers.push({ body: {} }, { body: '{"bomFormat": "CycloneDX"}' });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  expect((await inProcess(['sbom', 'demo@1.0.0', '-o', file], environment)).exit).toBe('done');
  expect(readFileSync(file, 'utf8')).toBe('{"bomFormat": "CycloneDX"}');
});

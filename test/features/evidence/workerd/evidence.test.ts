// Tests over HTTP what Slipway signs about versions, and when.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Envelope,
  envelopeSchema,
  payloadType,
  publicKeysSchema,
  signedBytes,
  statementSchema,
} from '../../../../src/contract/features/evidence/evidence.ts';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { canonicalJson } from '../../../../src/core/json/canonical.ts';
import { fromBase64 } from '../../../../src/core/sealing.ts';
import { database } from '../../../../src/db/client.ts';
import { pluginVersions } from '../../../../src/db/schema/registry.ts';
import { sweepEvidence } from '../../../../src/features/evidence/evidence.ts';
import { evidence } from '../../../../src/features/evidence/tables.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin, tarGzOf } from '../../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { approve, firstId, stage } from '../../../support/scenes/staged.ts';

const operator = clientOf(adminAuthorization);
const db = database(env.DB);
const keysPath = '/.well-known/slipway/keys.json';

const answerModel = z.object({
  sha256: z.string(),
  evidence: z.array(z.object({ type: z.string(), signed_at: z.string(), envelope: envelopeSchema })),
});

async function evidenceOf(org: Organization, pluginId = firstId) {
  const { evidence: signed, sha256 } = answerModel.parse((await org.get(`${org.plugins}/${pluginId}/evidence`)).body);
  const found = new Map(signed.map(({ type, envelope }) => [type, statementOf(envelope)]));
  const envelopes = signed.map(({ envelope }) => envelope);
  return { sha256, envelopes, provenance: found.get('provenance'), verdict: found.get('verdict') };
}

function statementOf({ payload }: Envelope) {
  return statementSchema.parse(JSON.parse(new TextDecoder().decode(fromBase64(payload))));
}

async function publicKeys() {
  return publicKeysSchema.parse((await clientOf(null).get(keysPath)).body).keys;
}

/** Verifies a DER signature by converting it to the form that WebCrypto takes. */
async function isSignedBy({ payload, signatures: [signature] }: Envelope, pem: string): Promise<boolean> {
  const der = fromBase64(pem.replaceAll(/-----[^-]+-----|\n/g, ''));
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('spki', der, algorithm, false, ['verify']);
  const sig = fromBase64(signature?.sig ?? '');
  const r = sig.subarray(4, 4 + (sig[3] ?? 0));
  const s = sig.subarray(4 + r.length + 2);
  const raw = new Uint8Array(64);
  raw.set(r.subarray(-32), 32 - Math.min(r.length, 32));
  raw.set(s.subarray(-32), 64 - Math.min(s.length, 32));
  return crypto.subtle.verify(
    { ...algorithm, hash: 'SHA-256' },
    key,
    raw,
    signedBytes(payloadType, fromBase64(payload)),
  );
}

async function expectValid(envelopes: Envelope[]): Promise<void> {
  const keys = new Map((await publicKeys()).map((key) => [key.keyid, key]));
  for (const envelope of envelopes) {
    const key = keys.get(envelope.signatures[0]?.keyid ?? '');
    expect(key?.state).not.toBe('revoked');
    expect(await isSignedBy(envelope, key?.pem ?? '')).toBe(true);
  }
}

test('an accepted version has a signed provenance and verdict about its archive', async () => {
  const org = await organization();
  await publish(org, plugin());
  const { envelopes, sha256, provenance, verdict } = await evidenceOf(org);
  await expectValid(envelopes);
  const subject = [{ name: 'hello_ext-1.0.0.zip', digest: { sha256 } }];
  expect(provenance).toMatchObject({
    subject,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: { kind: 'extractor', name: 'hello_ext', version: '1.0.0', namespace: org.namespaceId },
      },
      runDetails: { builder: { id: 'urn:slipway:installation' } },
    },
  });
  expect(verdict).toMatchObject({ subject, predicate: { verdict: 'pass', waivers: [], approval: null } });
});

test('statements name their version, so that those of one publication differ from those of another with the same file', async () => {
  const [org, other] = [await organization(), await organization()];
  for (const publisher of [org, other]) await publish(publisher, plugin());
  const [mine, theirs] = [await evidenceOf(org), await evidenceOf(other)];
  expect(theirs.sha256).toBe(mine.sha256);
  const { versionId } = mine.verdict?.predicate ?? {};
  expect(versionId).toMatch(/^ver_/);
  expect(mine.provenance?.predicate).toMatchObject({ buildDefinition: { internalParameters: { versionId } } });
  expect(theirs.verdict?.predicate.versionId).not.toBe(versionId);
});

test('the verdict states the digest of the canonical findings', async () => {
  const org = await organization();
  await publish(org, plugin());
  const { verdict } = await evidenceOf(org);
  const { body } = await org.get(`${org.plugins}/${firstId}`);
  expect(body).toMatchObject({ plugin: { code_hash: verdict?.subject[0]?.digest.sha256 } });
  const digest = { sha256: await sha256Hex(canonicalJson([])) };
  expect(verdict?.predicate).toMatchObject({ findings: { count: 0, digest } });
});

test('a tar.gz is a second subject, because the stored archive differs from it', async () => {
  const org = await organization();
  const { files, name, version } = plugin();
  const bytes = tarGzOf(files);
  expect((await confirm(org, await uploaded(org, { name, version }, bytes))).status).toBe(200);
  const { provenance, sha256 } = await evidenceOf(org);
  expect(provenance?.subject).toEqual([
    { name: 'hello_ext-1.0.0.zip', digest: { sha256 } },
    { name: 'hello_ext-1.0.0.tar.gz', digest: { sha256: await sha256Hex(bytes) } },
  ]);
});

test('a staged version gets its verdict when it is approved, with the approver by ID', async () => {
  const org = await organization();
  await stage(org, {}, { stage: true });
  expect((await evidenceOf(org)).verdict).toBeUndefined();
  const ana = await personIn(org, 'Ana');
  expect((await approve(ana)).status).toBe(200);
  const { envelopes, verdict } = await evidenceOf(org);
  await expectValid(envelopes);
  const by = { type: 'person', id: expect.stringMatching(/^usr_/) };
  expect(verdict?.predicate).toMatchObject({ approval: { by } });
  expect(JSON.stringify(verdict)).not.toContain('Ana');
});

test('a version that never waited gets another verdict when it is approved', async () => {
  const org = { ...(await organization()), plugins: '/v1/plugins' };
  await publish(org, plugin());
  expect((await evidenceOf(org)).verdict?.predicate).toMatchObject({ approval: null });
  expect((await approve(await personIn(org, 'Ana'))).status).toBe(200);
  const { envelopes, verdict } = await evidenceOf(org);
  await expectValid(envelopes);
  expect(verdict?.predicate).toMatchObject({ verdict: 'pass', approval: { by: { type: 'person' } } });
});

test('a Sigstore bundle has the same statement, and names its key as a hint', async () => {
  const org = await organization();
  await publish(org, plugin());
  const [envelope] = (await evidenceOf(org)).envelopes;
  const { body } = await org.get(`${org.plugins}/${firstId}/evidence?format=bundle`);
  expect(body).toMatchObject({
    evidence: [
      {
        bundle: {
          mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
          verificationMaterial: { publicKey: { hint: envelope?.signatures[0]?.keyid } },
          dsseEnvelope: { ...envelope, signatures: [{ keyid: '', sig: envelope?.signatures[0]?.sig }] },
        },
      },
      {},
    ],
  });
});

test("another organization's evidence looks absent", async () => {
  const org = await organization();
  await publish(org, plugin());
  const other = await organization();
  expect((await other.get(`${org.plugins}/${firstId}/evidence`)).status).toBe(404);
  expect((await other.get(`${org.plugins}/${firstId}/sbom`)).status).toBe(404);
});

describe('keys', () => {
  test('versions signed before a rotation verify with the retired key', async () => {
    const org = await organization();
    await publish(org, plugin());
    const before = await evidenceOf(org);
    expect((await operator.post('/v1/admin/signing-keys/rotate')).status).toBe(200);
    await publish(org, plugin({ version: '1.1.0' }));
    const after = await evidenceOf(org, 'hello_ext_1_1_0');
    await expectValid([...before.envelopes, ...after.envelopes]);
    const keys = await publicKeys();
    const stateOf = (envelope: Envelope | undefined) =>
      keys.find(({ keyid }) => keyid === envelope?.signatures[0]?.keyid)?.state;
    expect(stateOf(before.envelopes[0])).toBe('retired');
    expect(stateOf(after.envelopes[0])).toBe('current');
    expect((await evidenceOf(org)).envelopes).toEqual(before.envelopes);
  });

  test('a statement by a revoked key is served with a signature by the current key', async () => {
    const org = await organization();
    await publish(org, plugin());
    const before = await evidenceOf(org);
    const keyid = before.envelopes[0]?.signatures[0]?.keyid;
    expect((await operator.post(`/v1/admin/signing-keys/${keyid}/revoke`)).status).toBe(200);
    expect((await publicKeys()).find((key) => key.keyid === keyid)).toMatchObject({ state: 'revoked' });
    const after = await evidenceOf(org);
    expect(after.provenance).toEqual(before.provenance);
    await expectValid(after.envelopes);
  });

  test('after a new DATA_KEK, new evidence waits for a rotation and says so', async () => {
    const { fetch } = testApp({ dataKey: 'another-secret-of-thirty-two-bytes' });
    await operator.post('/v1/admin/signing-keys/rotate');
    const org = await organization({ fetch });
    await publish(org, plugin());
    expect(await org.get(`${org.plugins}/${firstId}/evidence`)).toMatchObject({
      status: 503,
      body: {
        detail: 'DATA_KEK has changed since the signing key was stored',
        error: { hint: 'The operator runs `slipway signing-keys rotate`, or puts the former key back.' },
      },
    });
    await clientOf(adminAuthorization, fetch).post('/v1/admin/signing-keys/rotate');
    await expectValid((await evidenceOf(org)).envelopes);
  });

  test('an unknown key cannot be revoked', async () => {
    expect((await operator.post('/v1/admin/signing-keys/absent/revoke')).status).toBe(404);
  });

  test('isolates that sign their first statements at once use one key', async () => {
    const org = await organization();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await publish(org, plugin({ version }));
    const ids = (await db.select({ id: pluginVersions.id }).from(pluginVersions)).map(({ id }) => id);
    await db.delete(evidence);
    await Promise.all(ids.map(() => sweepEvidence(testApp().deps)));
    expect((await publicKeys()).filter(({ state }) => state === 'current')).toHaveLength(1);
  });
});

test('versions from before get their evidence in a sweep, and keep what is signed already', async () => {
  const org = await organization();
  await publish(org, plugin());
  await publish(org, plugin({ version: '1.1.0' }));
  const kept = await evidenceOf(org);
  const { id } = (await db.select().from(pluginVersions).where(eq(pluginVersions.minor, 1)))[0] ?? {};
  await db.delete(evidence).where(eq(evidence.versionId, id ?? 'ver_0'));
  await db.update(pluginVersions).set({ evidenceAt: null });
  await sweepEvidence(testApp().deps);
  const rows = await db.select().from(pluginVersions);
  expect(rows.filter(({ evidenceAt }) => evidenceAt === null)).toEqual([]);
  expect((await evidenceOf(org)).envelopes).toEqual(kept.envelopes);
  await expectValid((await evidenceOf(org, 'hello_ext_1_1_0')).envelopes);
});

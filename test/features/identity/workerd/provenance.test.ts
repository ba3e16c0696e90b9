// Tests what the provenance of what a CI job published says about its issuer.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type JsonObject, jsonObject } from '../../../../src/contract/json.ts';
import { fromBase64 } from '../../../../src/core/sealing.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { type FakeIssuer, fakeIssuer, githubUrl } from '../scenes/fake-issuer.ts';
import { addIssuer, jobClient, trust } from '../scenes/trusted-publishers.ts';

const statementModel = z.object({
  predicate: z.object({ buildDefinition: z.object({ externalParameters: jsonObject }) }),
});
const own = await fakeIssuer();

/** Publishes as a job of the issuer. Returns what the signed provenance says about it. */
async function provenanceOf(org: Organization, issuer: FakeIssuer): Promise<JsonObject> {
  await publish(await jobClient(org, await issuer.sign()), plugin({ name: 'word_count' }));
  const { body } = await org.get(`${org.plugins}/word_count_1_0_0/evidence`);
  const found: { type: string; envelope: { payload: string } }[] = Object(body).evidence;
  const payload = found.find(({ type }) => type === 'provenance')?.envelope.payload ?? '';
  const statement = statementModel.parse(JSON.parse(new TextDecoder().decode(fromBase64(payload))));
  return statement.predicate.buildDefinition.externalParameters;
}

describe('the provenance of what a CI job published', () => {
  test("the provenance names an organization's issuer, how its keys were got, and the organization", async () => {
    const { fetch } = testApp({ fetch: own.documents.fetch });
    const org = await organization({ fetch });
    await trust(org, { issuer_id: await addIssuer(org, own) });
    expect(await provenanceOf(org, own)).toMatchObject({
      organization: org.id,
      publisher: { type: 'ci', issuer: { url: githubUrl, owner: 'organization', keys: 'discovery' } },
    });
    const pasting = await organization();
    const inside = await fakeIssuer('https://git.corp.internal');
    const issuer_id = await addIssuer(pasting, { name: 'inside', url: inside.url, pasted: inside.jwks });
    await trust(pasting, { issuer_id });
    expect(await provenanceOf(pasting, inside)).toMatchObject({
      organization: pasting.id,
      publisher: { issuer: { url: inside.url, owner: 'organization', keys: 'pasted' } },
    });
  });

  test("the provenance says if the issuer is the operator's", async () => {
    const shared = await fakeIssuer('https://ci.operator.example');
    const central = { name: 'central', url: shared.url, jwks: shared.jwks };
    expect((await clientOf(adminAuthorization).post('/v1/admin/issuers', central)).status).toBe(200);
    const org = await organization();
    const listed = Object((await org.get('/v1/issuers')).body).results;
    const { issuer_id } = listed.find(({ name }: { name: string }) => name === 'central');
    await trust(org, { issuer_id });
    expect(await provenanceOf(org, shared)).toMatchObject({
      publisher: { issuer: { url: shared.url, owner: 'operator', keys: 'pasted' } },
    });
  });
});

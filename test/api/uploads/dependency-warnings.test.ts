// Tests what a confirm reports about a plugin's dependencies.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { indexVersion } from '../../../src/advisories/index-version.ts';
import { environments, pluginLocks } from '../../../src/db/schema/environments.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import type { Deps } from '../../../src/deps.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

const service =
  'class DemoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n';

test('an undeclared import and an unlisted name are warnings; at level strict the name is a note', async () => {
  const files = { 'realtime.py': `import numpy\n${service}`, 'requirements.txt': 'leftpad\n' };
  const [seed, strict] = [await organization(), await organization()];
  await strict.put('/v1/scan-policy', { level: 'strict' });
  const answers = [];
  for (const org of [seed, strict])
    answers.push(await confirm(org, await uploaded(org, plugin({ files }), plugin({ files }).zip)));
  const undeclared = {
    rule: 'SLM407',
    severity: 'warning',
    file: 'realtime.py',
    line: 1,
    message: 'numpy is imported in realtime.py:1 but not declared. Add "numpy" to `dependencies` in manifest.py.',
  };
  const unlisted = { file: 'requirements.txt', line: 1, name: 'leftpad' };
  expect(answers).toMatchObject([
    {
      status: 200,
      body: {
        validation_status: 'passed',
        warnings: [undeclared, { ...unlisted, rule: 'SLM406', severity: 'warning' }],
      },
    },
    {
      status: 200,
      body: {
        validation_status: 'passed',
        warnings: [undeclared, { ...unlisted, rule: 'SLP190', severity: 'note' }],
      },
    },
  ]);
});

test('a package that the organization has locked and installed before is not doubted again', async () => {
  const app = testApp();
  const [org, other] = [await organization({ fetch: app.fetch }), await organization({ fetch: app.fetch })];
  const versionOf = (version: string) => plugin({ version, files: { 'requirements.txt': 'leftpad\n' } });
  const rulesOf = async (by: Organization, version: string) => {
    const made = versionOf(version);
    const { body } = await confirm(by, await uploaded(by, made, made.zip));
    return warningsModel.parse(body).warnings.map(({ rule }) => rule);
  };
  expect(await rulesOf(org, '1.0.0')).toEqual(['SLM406']);
  await installed(app.deps, org, { leftpad: '1.0' });
  expect(await rulesOf(org, '1.0.1')).toEqual([]);
  expect(await rulesOf(other, '1.0.0')).toEqual(['SLM406']);
});

const warningsModel = z.looseObject({ warnings: z.array(z.looseObject({ rule: z.string() })) });

/** Locks the organization's versions to the packages, and records the installed environment. */
async function installed(deps: Deps, org: Organization, packages: Record<string, string>): Promise<void> {
  const { db } = deps;
  const names = Object.entries(packages);
  const locked = names.map(([name, version]) => ({ name, version, marker: null, index: null }));
  const digest = 'a'.repeat(64);
  const versions = await db.select().from(pluginVersions).where(eq(pluginVersions.organizationId, org.id));
  for (const { id } of versions) {
    const text = names.map(([name, version]) => `${name}==${version}\n`).join('');
    await db
      .insert(pluginLocks)
      .values({ versionId: id, digest, text, packages: locked, resolver: 'uv', createdAt: 0 });
    await indexVersion(deps, id);
  }
  const environment = { key: digest, lock: digest, python: '3.13', platform: 'linux', sizeBytes: 1, files: 1 };
  await db.insert(environments).values({ ...environment, packages: [], createdAt: 0 });
}

test('a tunnel rejects the upload, and so do two pins of the same name', async () => {
  const org = await organization();
  const files = { 'requirements.txt': 'pyngrok\nhttpx==0.27.0\nhttpx==0.28.1\n' };
  const { status, body } = await confirm(org, await uploaded(org, plugin({ files }), plugin({ files }).zip));
  expect({ status, body }).toMatchObject({
    status: 400,
    body: {
      violations: [
        { rule: 'SLM106', file: 'requirements.txt', line: 1, name: 'pyngrok' },
        { rule: 'SLM405', file: 'requirements.txt', line: 2, name: 'httpx' },
      ],
    },
  });
});

// Tests that SBOMs match CycloneDX's official schema, and list what a version consists of.
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Parts, toSbom } from '../../../../src/features/evidence/sbom.ts';

const require = createRequire(import.meta.url);
const schemas = '../../../../node_modules/@cyclonedx/cyclonedx-library/res/schema';
const schemaOf = (name: string): object => require(`${schemas}/${name}.SNAPSHOT.schema.json`);

const ajv = new Ajv({ strict: false, validateFormats: true, addUsedSchema: false });
formats.default(ajv);
for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
  ajv.addSchema(schemaOf(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
const isValid = ajv.compile(schemaOf('bom-1.6'));

const digest = (character: string) => character.repeat(64);
const version = {
  ...{ name: 'notes', major: 1, minor: 2, patch: 3, description: 'Takes notes', sha256: digest('a'), built: null },
  createdAt: Date.UTC(2026, 10, 26),
};
const text = [
  `idna==3.10 --hash=sha256:${digest('1')} --hash=sha256:${digest('2')}`,
  `torch==2.9.0+cpu ; sys_platform == 'linux' --hash=sha256:${digest('3')}`,
  `torch==2.9.0 ; sys_platform != 'linux' --hash=sha256:${digest('4')}`,
].join('\n');
const python: Parts = {
  version,
  lock: { digest: digest('b'), text },
  models: [{ name: 'acme--words', sha256: digest('c') }],
};
const provenance = {
  ...{
    archive: digest('a'),
    commit: null,
    toolchain: 'go1.26.8',
    target: 'linux/amd64',
    flags: [],
    recipe: digest('d'),
  },
  modules: [
    { path: 'github.com/acme/words', version: 'v1.4.0', sum: 'h1:6vX1nW0nOIr3aSyxJdzIZ5k4Wc2Yx9rPMGAr8Qx0Wms=' },
    { path: 'slipway.dev/host', version: 'v0.0.0', sum: null },
  ],
};
const go: Parts = {
  version: { ...version, built: { key: digest('e'), artifact: { sha256: digest('f'), size_bytes: 1 }, provenance } },
  lock: undefined,
  models: [],
};

const bomModel = z.looseObject({
  serialNumber: z.string(),
  metadata: z.looseObject({ component: z.looseObject({ purl: z.string() }) }),
  components: z.array(z.looseObject({ purl: z.string().optional() })).default([]),
});
const read = async (parts: Parts) => bomModel.parse(JSON.parse(await toSbom(parts)));

test.each([
  ['a Python version', python],
  ['a Go version', go],
  ['a version without packages', { ...python, lock: undefined, models: [] }],
])('an SBOM matches the schema of CycloneDX 1.6: %s', async (_, parts) => {
  const valid = isValid(JSON.parse(await toSbom(parts)));
  expect(isValid.errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

test('a Python version lists its packages with each hash of its lock, and its models', async () => {
  const { metadata, components } = await read(python);
  expect(metadata.component.purl).toBe(`pkg:generic/notes@1.2.3?checksum=sha256:${digest('a')}`);
  expect(components.map(({ purl }) => purl)).toEqual([
    undefined,
    'pkg:pypi/idna@3.10',
    'pkg:pypi/torch@2.9.0',
    'pkg:pypi/torch@2.9.0%2Bcpu',
  ]);
  expect(components[0]).toMatchObject({ name: 'acme--words', hashes: [{ alg: 'SHA-256', content: digest('c') }] });
  const hashes = [digest('1'), digest('2')].map((content) => ({ hashes: [{ alg: 'SHA-256', content }] }));
  expect(components[1]).toMatchObject({ externalReferences: hashes });
});

test('a Go version lists its toolchain and modules, with their sums', async () => {
  const { components } = await read(go);
  const [module, host, toolchain] = components;
  expect(module).toMatchObject({
    purl: 'pkg:golang/github.com/acme/words@v1.4.0',
    properties: [{ name: 'slipway:go.sum', value: provenance.modules[0]?.sum }],
  });
  expect(host).toMatchObject({ purl: 'pkg:golang/slipway.dev/host@v0.0.0' });
  expect(toolchain).toMatchObject({ purl: 'pkg:golang/stdlib@1.26.8', version: '1.26.8' });
});

test('an SBOM has the same bytes each time, and another serial number once a lock exists', async () => {
  expect(await toSbom(python)).toBe(await toSbom(structuredClone(python)));
  expect((await read({ ...python, lock: undefined })).serialNumber).not.toBe((await read(python)).serialNumber);
});

// Defines `slipway verify`, `slipway provenance` and `slipway sbom`, about what a version was made from.
import { serverCommand } from '../../command/command.ts';

export const verify = serverCommand({
  name: 'verify',
  summary: "verify a version's signed provenance",
  description:
    'Verifies what Slipway signed about a file or a version. Exits with 3, and names the field, if something differs.',
  arguments: { '<subject>': 'a file, or NAME@VERSION' },
  options: {
    '--keys <file>': 'the public keys (default: from the server)',
    '--bundle <path>': 'the evidence: a file, or a folder from `slipway provenance`',
    '--offline': 'use no network; needs a file, --bundle and --keys',
    '--publisher <pattern>': 'require this publisher or repository; `*` stands for any text',
    '--issuer <url>': "require a CI job that this issuer vouches for (default: one of the operator's)",
    '--organization <id>': 'require this organization',
    '--approved': 'require that a person approved the version',
  },
  examples: [
    "slipway verify notes@1.0.0 --publisher 'acme/*' --approved",
    'slipway verify notes-1.0.0.zip --offline --bundle evidence --keys keys.json',
  ],
  async run(connection, { subject }, options) {
    const { verifyOnline } = await import('./verify.ts');
    return verifyOnline(connection, subject, options);
  },
  async offline({ reason }, { subject }, options) {
    if (!options.offline) throw reason;
    const { verifyOffline } = await import('./verify.ts');
    return verifyOffline(subject, options);
  },
});

export const provenance = serverCommand({
  name: 'provenance',
  summary: "save a version's signed provenance",
  description:
    "Saves what Slipway signed about a version as DSSE envelopes and Sigstore bundles, with the installation's keys.",
  arguments: { '<plugin>': 'NAME or NAME@VERSION; for a Go plugin, NAME or NAME@REF' },
  options: { '-o, --output <folder>': { description: 'the target folder', default: 'evidence' } },
  examples: ['slipway provenance notes@1.0.0 -o evidence'],
  async run(connection, { plugin: ref }, { output }) {
    const { fetchEvidence, fetchKeys, findTarget } = await import('./fetch-evidence.ts');
    const { writeEvidence } = await import('./evidence-files.ts');
    const evidence = await fetchEvidence(await findTarget(connection, ref));
    const files = writeEvidence(output, evidence, await fetchKeys(connection));
    const { name, version, sha256 } = evidence;
    return {
      json: { name, version, sha256, folder: output, files },
      text: `✓ ${name} ${version}: ${files.length} files in ${output}\n`,
    };
  },
});

export const sbom = serverCommand({
  name: 'sbom',
  summary: 'print the packages of a version, as CycloneDX',
  description: "Prints a version's SBOM (CycloneDX 1.6, JSON): its packages or modules, and the models that it reads.",
  arguments: { '<plugin>': 'NAME or NAME@VERSION; for a Go plugin, NAME or NAME@REF' },
  options: { '-o, --output <file>': 'write to this file' },
  examples: ['slipway sbom notes@1.0.0 -o notes.cdx.json'],
  async run(connection, { plugin: ref }, { output }) {
    const { writeFileSync } = await import('node:fs');
    const { fetchSbom, findTarget } = await import('./fetch-evidence.ts');
    const text = await fetchSbom(await findTarget(connection, ref));
    if (output === undefined) return { json: JSON.parse(text), text: `${text}\n` };
    writeFileSync(output, text);
    return { json: { file: output }, text: `✓ ${output}\n` };
  },
});

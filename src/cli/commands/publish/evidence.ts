// Defines `slipway verify`, `slipway provenance` and `slipway sbom`, about what a version was made from.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import type { VerifyOptions } from '../../evidence/verify.ts';

export function addVerify(program: Command, context: CommandContext): void {
  const command = program
    .command('verify')
    .summary("verify a version's signed provenance")
    .description(
      'Verifies what Slipway signed about a file or a version. Exits with 3, and names the field, if something differs.',
    )
    .argument('<subject>', 'a file, or NAME@VERSION')
    .option('--keys <file>', 'the public keys (default: from the server)')
    .option('--bundle <path>', 'the evidence: a file, or a folder from `slipway provenance`')
    .option('--offline', 'use no network; needs a file, --bundle and --keys')
    .option('--publisher <pattern>', 'require this publisher or repository; `*` stands for any text')
    .option('--issuer <url>', "require a CI job that this issuer vouches for (default: one of the operator's)")
    .option('--organization <id>', 'require this organization')
    .option('--approved', 'require that a person approved the version');
  addExamples(
    command,
    "slipway verify notes@1.0.0 --publisher 'acme/*' --approved",
    'slipway verify notes-1.0.0.zip --offline --bundle evidence --keys keys.json',
  );
  withConnection<VerifyOptions>(
    command,
    context,
    async (connection, options, subject = '') => {
      const { verifyOnline } = await import('../../evidence/verify.ts');
      return verifyOnline(connection, subject, options);
    },
    async (reason, options, _, subject = '') => {
      if (!options.offline) throw reason;
      const { verifyOffline } = await import('../../evidence/verify.ts');
      return verifyOffline(subject, options);
    },
  );
}

export function addProvenance(program: Command, context: CommandContext): void {
  const command = program
    .command('provenance')
    .summary("save a version's signed provenance")
    .description(
      "Saves what Slipway signed about a version as DSSE envelopes and Sigstore bundles, with the installation's keys.",
    )
    .argument('<plugin>', 'NAME or NAME@VERSION; for a Go plugin, NAME or NAME@REF')
    .option('-o, --output <folder>', 'the target folder', 'evidence');
  addExamples(command, 'slipway provenance notes@1.0.0 -o evidence');
  withConnection<{ output: string }>(command, context, async (connection, { output }, ref = '') => {
    const { fetchEvidence, fetchKeys, findTarget } = await import('../../evidence/fetch-evidence.ts');
    const { writeEvidence } = await import('../../evidence/evidence-files.ts');
    const evidence = await fetchEvidence(await findTarget(connection, ref));
    const files = writeEvidence(output, evidence, await fetchKeys(connection));
    const { name, version, sha256 } = evidence;
    return {
      json: { name, version, sha256, folder: output, files },
      text: `✓ ${name} ${version}: ${files.length} files in ${output}\n`,
    };
  });
}

export function addSbom(program: Command, context: CommandContext): void {
  const command = program
    .command('sbom')
    .summary('print the packages of a version, as CycloneDX')
    .description(
      "Prints a version's SBOM (CycloneDX 1.6, JSON): its packages or modules, and the models that it reads.",
    )
    .argument('<plugin>', 'NAME or NAME@VERSION; for a Go plugin, NAME or NAME@REF')
    .option('-o, --output <file>', 'write to this file');
  addExamples(command, 'slipway sbom notes@1.0.0 -o notes.cdx.json');
  withConnection<{ output?: string }>(command, context, async (connection, { output }, ref = '') => {
    const { writeFileSync } = await import('node:fs');
    const { fetchSbom, findTarget } = await import('../../evidence/fetch-evidence.ts');
    const text = await fetchSbom(await findTarget(connection, ref));
    if (output === undefined) return { json: JSON.parse(text), text: `${text}\n` };
    writeFileSync(output, text);
    return { json: { file: output }, text: `✓ ${output}\n` };
  });
}

// Implements `slipway publish --dry-run`: asks the server whether the version is taken, and resolves and installs the packages on this
// machine as the build step of a deployment does.
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import { memorySource } from '../../archive/byte-source.ts';
import { openArchive } from '../../archive/open.ts';
import { requirementsOf } from '../../contract/manifest.ts';
import { readManifest } from '../../manifest/manifest.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failure.ts';
import { nodeParsers } from '../parsers.ts';
import { printable } from '../terminal-text.ts';
import { withLocalBuilder } from '../test/local-builder.ts';
import { installPackages } from '../test/packages.ts';
import type { PackedPlugin } from './pack-plugin.ts';
import { isAlreadyPublished } from './published-content.ts';

type DryRunContext = Pick<CommandContext, 'environment' | 'output'>;

export async function dryRun(
  connection: Connection,
  plugin: PackedPlugin,
  org: true | undefined,
  context: DryRunContext,
): Promise<CommandResult> {
  const { archive, name, report, sha256, version } = plugin;
  const already_published = await isAlreadyPublished(connection, plugin, org);
  const outcome = already_published ? 'is already published with the same content' : 'would be accepted';
  const { packages, line } = await checkPackages(connection, plugin, context);
  const packed = { name, version, sha256, size_bytes: archive.length, verdict: report.verdict };
  return {
    json: { ...packed, dry_run: true, already_published, packages },
    text: `${line}✓ ${name} ${version} ${outcome}; nothing was uploaded\n`,
  };
}

interface CheckedPackages {
  /** Null if they could not be installed, for a reason that may be gone later. */
  packages: { name: string; version: string }[] | null;
  /** For people; empty without dependencies. */
  line: string;
}

/** Throws a Failure if a deployment would fail. */
async function checkPackages(
  { signal }: Connection,
  { archive, name, version }: PackedPlugin,
  { environment, output }: DryRunContext,
): Promise<CheckedPackages> {
  const none = { packages: [], line: '' };
  const manifest = await manifestOf(archive);
  if (requirementsOf(manifest).length === 0) return none;
  return withLocalBuilder(environment, signal, async (builder) => {
    const installation = await installPackages(builder, manifest, output);
    if (!installation) return none;
    const { check, installed } = installation;
    installed?.release();
    if (check.status === 'failed')
      throw new Failure('failed', `the packages of ${name} ${version} can't be installed: ${check.detail}`, {
        title: 'Packages not installed',
        hint: 'Correct the dependencies in manifest.py or requirements.txt. Nothing was uploaded.',
      });
    const mark = check.status === 'passed' ? '✓' : '!';
    return { packages: installed?.packages ?? null, line: `${mark} packages: ${printable(check.detail)}\n` };
  });
}

async function manifestOf(packed: Uint8Array<ArrayBuffer>) {
  const archive = await openArchive(memorySource(packed), {
    newDigest: nodeDigest,
    checkAll: true,
    language: 'python',
  });
  const plugin = { paths: archive.files.map(({ path }) => path), read: archive.read };
  return (await readManifest(nodeParsers(), plugin)).manifest;
}

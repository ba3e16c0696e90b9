// Verifies what a running Slipway signed with cosign, with in-toto's and securesystemslib's own libraries, and with `slipway verify` after
// restarts, a rotation and a revocation.
// @module-tag go
// @module-tag weekly
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { ExtractorClient } from '../../../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../../../scripts/demo/pack.ts';
import type { Local } from '../../../../scripts/local/organization.ts';
import { runCommand } from '../../../../scripts/testing/command.ts';
import { createEnvironment } from '../../../../scripts/testing/uv.ts';
import { publicKeysSchema } from '../../../../src/contract/features/evidence/evidence.ts';
import { inProcess } from '../../../cli/in-process.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';
import { startSlipway, stateFolder } from '../../../e2e/slipway.ts';

/** A busy machine compiles cosign for this long. */
const buildMs = 1_800_000;
const packages = ['securesystemslib[crypto]==1.6.0', 'in-toto-attestation==0.9.3'];
const folder = mkdtempSync(join(tmpdir(), 'slipway-evidence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prints the predicate types of the envelopes that verify with the keys, and whether a changed payload does too. */
const script = `
import json, sys
from pathlib import Path
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

folder = Path(sys.argv[1])
keys = [
    SSlibKey(key["keyid"], "ecdsa", "ecdsa-sha2-nistp256", {"public": key["pem"]})
    for key in json.loads((folder / "keys.json").read_text())["keys"]
]
verified = []
for kind in ["provenance", "verdict"]:
    envelope = Envelope.from_dict(json.loads((folder / f"{kind}.json").read_text()))
    envelope.verify(keys, 1)
    statement = Statement.copy_from_pb(json_format.Parse(envelope.payload, statement_pb2.Statement()))
    statement.validate()
    verified.append(statement.pb.predicate_type)
    envelope.payload += b" "
    try:
        envelope.verify(keys, 1)
        verified.append("a changed payload")
    except VerificationError:
        pass
print(json.dumps(verified))
`;

function cli(local: Local, ...args: string[]) {
  const { admin_token, api_key, url } = local;
  const environment = { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: api_key, SLIPWAY_ADMIN_TOKEN: admin_token };
  return inProcess(args, environment);
}

async function expectDone(local: Local, ...args: string[]): Promise<string> {
  const { exit, stderr, stdout } = await cli(local, ...args);
  expect([exit, stderr], args.join(' ')).toEqual(['done', expect.not.stringContaining('✗')]);
  return stdout;
}

async function published(local: Local, version: string): Promise<string> {
  const plugin = echoPlugin('attested', version);
  await publish(new ExtractorClient(local), plugin);
  const file = join(folder, `attested-${version}.zip`);
  writeFileSync(file, await packFiles(plugin.files));
  return file;
}

/** Builds cosign, which takes minutes the first time, and returns its path. */
async function buildCosign(): Promise<string> {
  const { exitCode, output } = await runCommand('env', [
    `GOBIN=${folder}`,
    'GOFLAGS=-mod=mod',
    'go',
    'install',
    'github.com/sigstore/cosign/v2/cmd/cosign@v2.6.5',
  ]);
  expect([exitCode, output]).toEqual([0, expect.anything()]);
  return join(folder, 'cosign');
}

/** Returns what cosign says. */
async function verifyWith(cosign: string, saved: string, file: string, evidence: string[]): Promise<string> {
  const key = readdirSync(saved).find((name) => name.endsWith('.pem')) ?? '';
  const args = ['verify-blob-attestation', '--key', join(saved, key), '--insecure-ignore-tlog'];
  const { output } = await runCommand(cosign, [...args, '--type', 'slsaprovenance1', ...evidence, file]);
  return output;
}

const keysOf = (saved: string) =>
  publicKeysSchema.parse(JSON.parse(readFileSync(join(saved, 'keys.json'), 'utf8'))).keys;

test('evidence verifies with other libraries, and after restarts, a rotation and a revocation', {
  timeout: buildMs,
}, async () => {
  const state = await stateFolder();
  const first = await startSlipway(state);
  let local = await first.ready();
  const file = await published(local, '1.0.0');
  const [early, late] = [join(folder, 'early'), join(folder, 'late')];
  await expectDone(local, 'provenance', 'attested@1.0.0', '-o', early);
  const offline = (saved: string, keys: string) =>
    cli(local, 'verify', file, '--offline', '--bundle', saved, '--keys', join(keys, 'keys.json'));

  const python = join(folder, 'venv');
  expect(await createEnvironment(python, inject('python'), packages)).toBeUndefined();
  const ran = spawnSync(join(python, 'bin/python'), ['-c', script, early], { encoding: 'utf8' });
  expect([ran.stderr, ran.stdout]).toEqual([
    '',
    '["https://slsa.dev/provenance/v1", "https://slipway.dev/verdict/v1"]\n',
  ]);

  const root = join(folder, 'root.json');
  writeFileSync(root, '{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}');
  const bundle = ['--new-bundle-format', '--trusted-root', root, '--bundle', join(early, 'provenance.sigstore.json')];
  const envelope = ['--signature', join(early, 'provenance.json')];
  const cosign = await buildCosign();
  for (const evidence of [envelope, bundle])
    expect(await verifyWith(cosign, early, file, evidence)).toContain('Verified OK');
  expect(await verifyWith(cosign, early, root, envelope)).toContain('no matching subject digest found');

  await first.stop();
  const second = await startSlipway(state);
  local = await second.ready();
  const [used] = keysOf(early);
  await published(local, '1.1.0');
  await expectDone(local, 'provenance', 'attested@1.1.0', '-o', late);
  expect(keysOf(late)).toEqual([used]);
  await expectDone(local, 'signing-keys', 'rotate');
  await published(local, '1.2.0');
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await expectDone(local, 'verify', `attested@${version}`);
  await expectDone(local, 'provenance', 'attested@1.2.0', '-o', late);
  expect((await offline(early, late)).exit).toBe('done');

  await expectDone(local, 'signing-keys', 'revoke', used?.keyid ?? '', '--yes');
  await expectDone(local, 'verify', 'attested@1.0.0');
  await expectDone(local, 'provenance', 'attested@1.0.0', '-o', late);
  expect((await offline(late, late)).exit).toBe('done');
  const refused = await offline(early, late);
  expect([refused.exit, refused.stderr]).toEqual(['rejected', expect.stringContaining('was revoked at')]);
  await second.stop();
});

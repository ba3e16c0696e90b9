// Reads and writes evidence and keys as files, for verification without a network.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import {
  evidenceTypes,
  keysFile,
  type PublicKeys,
  publicKeysSchema,
  toBundle,
} from '../../../contract/features/evidence/evidence.ts';
import { Failure } from '../../terminal/failure.ts';
import { readTextFile } from '../../terminal/text-input.ts';
import type { GivenEnvelope } from './check-evidence.ts';
import type { FetchedEvidence } from './fetch-evidence.ts';

/** Looser than what Slipway writes, so that a changed field is reported by name. */
const envelopeFile = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
});
const bundleFile = z
  .object({
    verificationMaterial: z.object({ publicKey: z.object({ hint: z.string() }) }),
    dsseEnvelope: envelopeFile,
  })
  .transform(({ dsseEnvelope, verificationMaterial: { publicKey } }) => ({
    ...dsseEnvelope,
    signatures: dsseEnvelope.signatures.map(({ sig }) => ({ keyid: publicKey.hint, sig })),
  }));
const evidenceFile = z.union([envelopeFile, bundleFile]);

const bundleSuffix = '.sigstore.json';

/** Reads a file with an envelope or bundle, or a folder that `slipway provenance` wrote. */
export function readEvidence(path: string): GivenEnvelope[] {
  const files = isFolder(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json') && name !== keysFile)
        .map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw new Failure('failed', `${path} has no evidence`);
  const read = files.map((file) => {
    const type = evidenceTypes.find((one) => [`${one}.json`, `${one}${bundleSuffix}`].includes(basename(file)));
    return { type, envelope: parseFile(file, evidenceFile, 'a DSSE envelope or a Sigstore bundle') };
  });
  // A folder has each envelope twice: alone and in a bundle.
  return [...new Map(read.map((one) => [JSON.stringify(one), one])).values()];
}

export function readKeys(path: string): PublicKeys {
  return parseFile(path, publicKeysSchema, `a ${keysFile} from /.well-known/slipway/`);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function parseFile<Value>(path: string, schema: z.ZodType<Value>, what: string): Value {
  const text = readTextFile(path);
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Failure('failed', `${path} is not ${what}`);
  }
}

/** Writes envelopes, bundles, the list of keys, and each key as PEM. Returns the files' names. */
export function writeEvidence(folder: string, { envelopes }: FetchedEvidence, keys: PublicKeys): string[] {
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  const files: Record<string, string> = {
    ...Object.fromEntries(envelopes.map(({ type, envelope }) => [`${type}.json`, json(envelope)])),
    ...Object.fromEntries(envelopes.map(({ type, envelope }) => [`${type}${bundleSuffix}`, json(toBundle(envelope))])),
    [keysFile]: json(keys),
    ...Object.fromEntries(keys.keys.map(({ keyid, pem }) => [`${keyid}.pem`, pem])),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return Object.keys(files);
}

// Verifies a file or a published version against what Slipway signed about it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CommandResult } from '../../command/context.ts';
import type { Connection } from '../../connection/connect.ts';
import { Failure } from '../../terminal/failure.ts';
import { table } from '../../terminal/table.ts';
import { checkEvidence, type Expected, type Verified } from './check-evidence.ts';
import { publisherNames, voucherText } from './check-publisher.ts';
import { isFolder, readEvidence, readKeys } from './evidence-files.ts';
import { type FetchedEvidence, fetchArchive, fetchEvidence, fetchKeys, findTarget } from './fetch-evidence.ts';
import { at } from './statement-fields.ts';

export interface VerifyOptions {
  keys?: string;
  offline?: true;
  bundle?: string;
  publisher?: string;
  issuer?: string;
  organization?: string;
  approved?: true;
}

/** Verifies without a server, from files. */
export function verifyOffline(file: string, options: VerifyOptions): CommandResult {
  const { bundle, keys } = options;
  if (bundle === undefined || keys === undefined || !existsSync(file))
    throw new Failure('usage', '--offline needs a file, its evidence and the keys', {
      hint: 'Pass FILE --offline --bundle FOLDER --keys keys.json. `slipway provenance` writes the folder. Get the keys from an installation that you trust.',
    });
  return result(
    file,
    readEvidence(bundle),
    expected(options, { keys: readKeys(keys), sha256: digestOf(readFileSync(file)) }),
  );
}

/** Verifies with the registry's evidence, or with files. The registry's copies then name a changed field. */
export async function verifyOnline(
  connection: Connection,
  subject: string,
  options: VerifyOptions,
): Promise<CommandResult> {
  const target = await findTarget(connection, existsSync(subject) ? refOf(subject) : subject);
  const fetched = await fetchEvidence(target);
  const bytes = existsSync(subject) ? readFileSync(subject) : await fetchArchive(target);
  const given = options.bundle === undefined ? fetched.envelopes : readEvidence(options.bundle);
  const keys = options.keys === undefined ? await fetchKeys(connection) : readKeys(options.keys);
  const sha256 = bytes ? digestOf(bytes) : fetched.sha256;
  return result(subject, given, expected(options, { keys, sha256, fetched }));
}

function expected(
  { approved, bundle, issuer, organization, publisher: pattern }: VerifyOptions,
  { keys, sha256, fetched }: Pick<Expected, 'keys' | 'sha256'> & { fetched?: FetchedEvidence },
): Expected {
  const originals = fetched?.envelopes.map(({ envelope }) => envelope) ?? [];
  const complete = bundle === undefined || isFolder(bundle);
  const publisher = { pattern, issuer, organization };
  return { keys, sha256, publisher, approved: approved === true, complete, originals };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Slipway names archives `NAME-1.0.0.zip`. */
const archiveName = /^(.+)-(\d+\.\d+\.\d+)(?:\.zip|\.tar\.gz|\.wasm)?$/;

function refOf(file: string): string {
  const [, name, version] = archiveName.exec(basename(file)) ?? [];
  if (name !== undefined) return `${name}@${version}`;
  throw new Failure('usage', `${file} doesn't name its version`, {
    hint: 'Rename it to NAME-VERSION.zip, as in notes-1.0.0.zip, or pass --offline with --bundle and --keys.',
  });
}

function result(subject: string, given: Parameters<typeof checkEvidence>[0], wanted: Expected): CommandResult {
  const verified = checkEvidence(given, wanted);
  const statements = verified.map(({ type, keyid, state, statement }) => ({
    type,
    keyid,
    key_state: state,
    statement,
  }));
  return {
    json: { subject, sha256: wanted.sha256, verified: statements },
    text: `✓ ${subject} is verified\n${table([['archive', `sha256:${wanted.sha256}`], ...verified.flatMap(rowsOf)])}`,
  };
}

/** Describes what a statement proves. */
function rowsOf({ type, keyid, state, statement }: Verified): string[][] {
  const signed = [type, `signed by ${keyid.slice(0, 16)}… (${state} key)`];
  if (type === 'provenance') {
    const source = (name: string) => at(statement, 'buildDefinition', 'externalParameters', 'source', name);
    const git = source('commit') === undefined ? [] : [['source', `${source('repository')} ${source('commit')}`]];
    const voucher = voucherText(statement);
    return [
      signed,
      ['publisher', publisherNames(statement).slice(0, 2).join(', ')],
      ...(voucher === undefined ? [] : [['issuer', voucher]]),
      ...git,
      ['builder', `${at(statement, 'runDetails', 'builder', 'id')}`],
    ];
  }
  if (type === 'lock') return [signed, ['resolver', `${at(statement, 'resolver')}`]];
  const by = at(statement, 'approval', 'by', 'id');
  const approval = by === undefined ? 'needed none' : `by ${by} at ${at(statement, 'approval', 'at')}`;
  return [
    signed,
    [
      'policy',
      `${at(statement, 'verdict')}, version ${at(statement, 'policyVersion')}, level ${at(statement, 'level')}`,
    ],
    ['approval', approval],
  ];
}

// Verifies signed statements about a version. Reports the first field that differs. A signature by a revoked key counts for nothing,
// whatever time its statement has, because a thief can sign any time.
import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  type Envelope,
  type EvidenceType,
  evidenceTypes,
  type PublicKeys,
  payloadType,
  predicateTypes,
  type Statement,
  signedBytes,
  statementSchema,
} from '../../../contract/features/evidence/evidence.ts';
import { canonicalJson } from '../../../core/json/canonical.ts';
import { parseJson } from '../../../core/json/parse.ts';
import { type ExpectedPublisher, requirePublisher } from './check-publisher.ts';
import { at, Differs, isRecord } from './statement-fields.ts';

/** An envelope as stored in a file, which may have been changed. */
export interface GivenEnvelope {
  /** The type under which it is stored, if known. */
  type: EvidenceType | undefined;
  envelope: Omit<Envelope, 'payloadType'> & { payloadType: string };
}

export interface Expected {
  keys: PublicKeys;
  /** SHA-256 of the file or archive that the statements are about. */
  sha256: string;
  publisher: ExpectedPublisher;
  approved: boolean;
  /** True if there must be a provenance and a verdict. A single file has only one statement. */
  complete: boolean;
  /** The registry's own copies, which name the changed field in a statement whose signature doesn't match. */
  originals: readonly Envelope[];
}

export interface Verified {
  type: EvidenceType;
  keyid: string;
  state: string;
  statement: Statement;
}

/** Throws a Failure that names the field that differs. */
export function checkEvidence(given: readonly GivenEnvelope[], expected: Expected): Verified[] {
  const verified = given.map((one) => checkEnvelope(one, expected));
  const { approved, complete, publisher } = expected;
  const of = (type: EvidenceType) => verified.find((one) => one.type === type)?.statement;
  const [provenance, verdict] = [of('provenance'), of('verdict')];
  for (const type of complete ? (['provenance', 'verdict'] as const) : [])
    if (!of(type)) throw new Differs(type, 'predicateType', `${predicateTypes[type]} is missing`);
  if (provenance && verdict) requireSameInstallation(provenance, verdict);
  requireSameVersion(verified);
  requirePublisher(provenance, publisher);
  if (verdict && at(verdict, 'verdict') === 'reject') throw new Differs('verdict', 'predicate.verdict', 'is reject');
  if (approved && !at(verdict, 'approval')) throw new Differs('verdict', 'predicate.approval', 'names no approver');
  return verified;
}

function checkEnvelope({ type: named, envelope }: GivenEnvelope, { keys, originals, sha256 }: Expected): Verified {
  const label = named ?? 'statement';
  if (envelope.payloadType !== payloadType)
    throw new Differs(label, 'payloadType', `is ${envelope.payloadType}, not ${payloadType}`);
  const [signature] = envelope.signatures;
  const key = keys.keys.find(({ keyid }) => keyid === signature?.keyid);
  if (!signature || !key)
    throw new Differs(label, 'signatures[0].keyid', `${signature?.keyid} is none of the known keys`);
  const publicKey = createPublicKey(key.pem);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  if (createHash('sha256').update(der).digest('hex') !== key.keyid)
    throw new Differs(label, 'keys.keyid', `${key.keyid} isn't the digest of its public key`);
  if (key.state === 'revoked')
    throw new Differs(
      label,
      'signatures[0].keyid',
      `${key.keyid} was revoked at ${key.revoked_at}`,
      'Fetch the evidence again with `slipway provenance`: Slipway signs it with its current key.',
    );
  const payload = Buffer.from(envelope.payload, 'base64');
  const statement = parseStatement(payload);
  const type = evidenceTypes.find((one) => predicateTypes[one] === statement?.predicateType);
  const isSigned = verify('sha256', signedBytes(payloadType, payload), publicKey, Buffer.from(signature.sig, 'base64'));
  if (!isSigned) throw unsigned(label, statement, originalOf(originals, named ?? type));
  if (!statement || !type) throw new Differs(label, 'payload', 'is not a statement about a version');
  if (named !== undefined && named !== type)
    throw new Differs(label, 'predicateType', `is ${statement.predicateType}, not ${predicateTypes[named]}`);
  if (!statement.subject.some(({ digest }) => digest.sha256 === sha256))
    throw new Differs(type, 'subject[0].digest.sha256', `is ${statement.subject[0]?.digest.sha256}, not ${sha256}`);
  return { type, keyid: key.keyid, state: key.state, statement };
}

function parseStatement(payload: Buffer): Statement | undefined {
  return statementSchema.safeParse(parseJson(payload.toString())).data;
}

/** Finds the changed field by the registry's copy. Without one, all that is known is that the signature isn't of this payload. */
function unsigned(label: string, statement: Statement | undefined, original: Envelope | undefined): Differs {
  const published = original && parseStatement(Buffer.from(original.payload, 'base64'));
  const changed = statement && published && changedField(statement, published);
  if (changed) return new Differs(label, changed, 'was changed after it was signed');
  const isPayload = statement === undefined || original === undefined;
  return isPayload
    ? new Differs(label, 'payload', 'or signatures[0].sig was changed: the signature does not match')
    : new Differs(label, 'signatures[0].sig', 'does not match the payload');
}

function originalOf(originals: readonly Envelope[], type: EvidenceType | undefined): Envelope | undefined {
  return originals.find(({ payload }) => {
    const { predicateType } = parseStatement(Buffer.from(payload, 'base64')) ?? {};
    return type !== undefined && predicateType === predicateTypes[type];
  });
}

/** Returns the path of the first value that differs, such as `predicate.verdict`. */
function changedField(given: unknown, original: unknown, path = ''): string | undefined {
  if (canonicalJson(given) === canonicalJson(original)) return undefined;
  if (!isRecord(given) || !isRecord(original)) return path;
  const names = new Set([...Object.keys(original), ...Object.keys(given)]);
  for (const name of names) {
    const below = Array.isArray(original) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const changed = changedField(given[name], original[name], below);
    if (changed !== undefined) return changed;
  }
  return path;
}

const versionIds: Record<EvidenceType, string[]> = {
  provenance: ['buildDefinition', 'internalParameters', 'versionId'],
  verdict: ['versionId'],
  lock: ['versionId'],
};

/** Anyone can publish a copy of a file, and then has an approval or a lock of their own for it. */
function requireSameVersion(verified: readonly Verified[]): void {
  const [first, ...others] = evidenceTypes.flatMap((type) => verified.filter((one) => one.type === type));
  if (!first || others.length === 0) return;
  const expected = at(first.statement, ...versionIds[first.type]);
  for (const { type, statement } of [first, ...others]) {
    const id = at(statement, ...versionIds[type]);
    const field = ['predicate', ...versionIds[type]].join('.');
    if (typeof id !== 'string') throw new Differs(type, field, 'is missing, so it can be about another version');
    if (id !== expected) throw new Differs(type, field, `is ${id}, and the ${first.type} is about ${expected}`);
  }
}

function requireSameInstallation(provenance: Statement, verdict: Statement): void {
  const builder = at(provenance, 'runDetails', 'builder', 'id');
  const verifier = at(verdict, 'verifier', 'id');
  if (builder !== verifier)
    throw new Differs('provenance', 'predicate.runDetails.builder.id', `is ${builder}; the verdict is by ${verifier}`);
}

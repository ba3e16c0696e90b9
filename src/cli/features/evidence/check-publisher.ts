// Verifies who published a version. What a CI job's token says counts only if its issuer does: any organization can add an issuer of its
// own, and paste keys for a URL that isn't its own.
import { z } from 'zod';
import type { Statement } from '../../../contract/features/evidence/evidence.ts';
import { voucherSchema } from '../../../contract/identity.ts';
import { at, Differs } from './statement-fields.ts';

export interface ExpectedPublisher {
  /** Pattern of the publisher or Git repository; `*` stands for any text. */
  pattern: string | undefined;
  /** URL of the issuer that vouches for the CI job. Undefined: one that the operator added. */
  issuer: string | undefined;
  organization: string | undefined;
}

const parameters = ['buildDefinition', 'externalParameters'];
const field = (...path: string[]) => ['predicate', ...parameters, ...path].join('.');

export function requirePublisher(provenance: Statement | undefined, expected: ExpectedPublisher): void {
  const { issuer, organization, pattern } = expected;
  const owner = textAt(provenance, 'organization')[0];
  if (organization !== undefined && owner !== organization)
    throw new Differs('provenance', field('organization'), `is ${owner ?? 'missing'}, not ${organization}`);
  const doubt = doubtAbout(provenance, expected);
  if (issuer !== undefined && doubt) throw doubt;
  if (pattern === undefined) return;
  const matches = matcherOf(pattern);
  const isFromRepository = textAt(provenance, 'source', 'repository').some(matches);
  const [commit] = textAt(provenance, 'source', 'ref').filter((ref) => fullCommit.test(ref));
  if (isFromRepository && commit === undefined) return;
  const publishers = publisherNames(provenance);
  const isPublisher = publishers.some(matches);
  if (isFromRepository && !isPublisher)
    throw new Differs(
      'provenance',
      field('source', 'ref'),
      `is the commit ${commit}, which can be of anybody's fork: Git hosts serve those from the repository's URL`,
      'Publish a tag or a branch.',
    );
  if (!isPublisher)
    throw new Differs(
      'provenance',
      field('publisher'),
      `is ${publishers[0] ?? 'missing'}, which does not match ${pattern}`,
    );
  if (doubt) throw doubt;
}

/** Only someone who may write to the repository sets its tags and branches. */
const fullCommit = /^[0-9a-f]{40}$/;

function matcherOf(pattern: string): (name: string) => boolean {
  const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const expression = new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`);
  return (name) => expression.test(name);
}

/** Returns why the publisher's names don't count. Slipway itself vouches for people and keys. */
function doubtAbout(provenance: Statement | undefined, expected: ExpectedPublisher): Differs | undefined {
  const [type] = textAt(provenance, 'publisher', 'type');
  if (type !== 'ci' && expected.issuer === undefined) return undefined;
  const voucher = voucherSchema.safeParse(at(provenance, ...parameters, 'publisher', 'issuer')).data;
  if (!voucher) return type === 'ci' ? unnamed() : new Differs('provenance', field('publisher'), 'is no CI job');
  const { keys, owner, url } = voucher;
  if (expected.issuer !== undefined && url !== expected.issuer)
    return new Differs('provenance', field('publisher', 'issuer', 'url'), `is ${url}, not ${expected.issuer}`);
  if (owner === 'operator') return undefined;
  if (keys === 'pasted' && expected.organization === undefined)
    return new Differs(
      'provenance',
      field('publisher', 'issuer', 'keys'),
      `is pasted: an organization chose the keys of ${url}, and could have taken any`,
      `If you trust the organization, name the issuer and its ID: \`--issuer ${url} --organization org_…\`.`,
    );
  if (expected.issuer !== undefined) return undefined;
  return new Differs(
    'provenance',
    field('publisher', 'issuer', 'owner'),
    `is organization: the operator doesn't vouch for ${url}`,
    `If you trust this issuer, name it: \`--issuer ${url}\`.`,
  );
}

function unnamed(): Differs {
  return new Differs(
    'provenance',
    field('publisher', 'issuer'),
    'is missing, so nobody vouches for the publisher',
    "Publish another version. Its provenance names the CI job's issuer.",
  );
}

function textAt(provenance: Statement | undefined, ...path: string[]): string[] {
  const value = z.string().safeParse(at(provenance, ...parameters, ...path)).data;
  return value === undefined ? [] : [value];
}

const claimNames = ['repository', 'project_path', 'workflow_ref'] as const;

/** Returns `type:id` of the publisher, and what a CI job's claims call it. */
export function publisherNames(provenance: Statement | undefined): string[] {
  const [type = '', id = ''] = [...textAt(provenance, 'publisher', 'type'), ...textAt(provenance, 'publisher', 'id')];
  return [
    id.startsWith(`${type}:`) ? id : `${type}:${id}`,
    ...textAt(provenance, 'publisher', 'name'),
    ...claimNames.flatMap((claim) => textAt(provenance, 'publisher', 'claims', claim)),
  ];
}

/** Describes who vouches for a CI job. Undefined for other publishers. */
export function voucherText(provenance: Statement | undefined): string | undefined {
  const voucher = voucherSchema.safeParse(at(provenance, ...parameters, 'publisher', 'issuer')).data;
  if (!voucher) return undefined;
  return `${voucher.url}, added by the ${voucher.owner}${voucher.keys === 'pasted' ? ', with pasted keys' : ''}`;
}

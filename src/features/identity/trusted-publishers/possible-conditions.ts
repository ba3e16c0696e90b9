// Finds conditions that no job of a public issuer can meet: each is written in another form than the claim has in tokens.
import { type ClaimCondition, wellKnownIssuers } from '../../../contract/features/identity/issuers.ts';

interface Form {
  /** Match values of the claim, and their prefixes. */
  value: RegExp;
  prefix: RegExp;
  example: string;
}

const digits: Form = { value: /^\d+$/, prefix: /^$/, example: '1296269' };
const fullRef: Form = { value: /^refs\/[^*]+$/, prefix: /^refs\/[^*]*$/, example: 'refs/heads/main' };
const githubWorkflow: Form = {
  value: /^[\w-]+\/[\w.-]+\/[^*]+@[^*]+$/,
  prefix: /^[\w-]+\/(?:[\w.-]+\/[^*]*)?$/,
  example: 'acme/plugins/.github/workflows/release.yml@refs/heads/main',
};
const gitlabPath: Form = {
  value: /^[\w.-]+(?:\/[\w.-]+)*(?<!\.git)$/,
  prefix: /^[\w.-]+\/(?:[\w.-]+\/)*$/,
  example: 'acme/plugins',
};

const forms: Record<string, Record<string, Form>> = {
  [wellKnownIssuers.github]: {
    repository: { value: /^[\w-]+\/[\w.-]+(?<!\.git)$/, prefix: /^[\w-]+\/$/, example: 'acme/plugins' },
    repository_owner: { value: /^[\w-]+$/, prefix: /^$/, example: 'acme' },
    repository_id: digits,
    repository_owner_id: digits,
    ref: fullRef,
    workflow_ref: githubWorkflow,
    job_workflow_ref: githubWorkflow,
  },
  [wellKnownIssuers.gitlab]: {
    project_path: { ...gitlabPath, value: /^[\w.-]+(?:\/[\w.-]+)+(?<!\.git)$/ },
    namespace_path: gitlabPath,
    project_id: digits,
    namespace_id: digits,
    ref: { value: /^(?!refs\/)[^*]+$/, prefix: /^(?!refs\/)[^*]*$/, example: 'main' },
    ref_path: fullRef,
  },
};

/** Returns the first condition that no token of the issuer meets, with an example of one that some do. */
export function impossibleCondition(
  issuerUrl: string,
  conditions: readonly ClaimCondition[],
): { claim: string; given: string; example: string } | undefined {
  const known = forms[issuerUrl];
  for (const condition of conditions) {
    const form = known && Object.hasOwn(known, condition.claim) ? known[condition.claim] : undefined;
    const given = 'equals' in condition ? condition.equals : condition.prefix;
    if (form && !('equals' in condition ? form.value : form.prefix).test(given))
      return { claim: condition.claim, given, example: form.example };
  }
  return undefined;
}

// Turns what people write for a CI job into the conditions that its token meets.
import type { ClaimCondition } from '../../../contract/features/identity/issuers.ts';
import { Failure } from '../../terminal/failure.ts';

export interface JobOptions {
  github?: string;
  gitlab?: string;
  claim?: ClaimCondition[];
  workflow?: string;
  environment?: string;
  branch?: string;
}

export function conditionsOf({ branch, claim = [], environment, ...options }: JobOptions): ClaimCondition[] {
  if (options.workflow !== undefined && options.github === undefined)
    throw new Failure('usage', '--workflow needs --github', { hint: 'Name other claims with --claim.' });
  const github = options.github === undefined ? undefined : githubRepository(options.github);
  const gitlab = options.gitlab === undefined ? undefined : gitlabProject(options.gitlab);
  const workflow = options.workflow === undefined ? undefined : workflowFile(options.workflow);
  return [
    ...(github === undefined ? [] : [{ claim: 'repository', equals: github }]),
    ...(gitlab === undefined ? [] : [{ claim: 'project_path', equals: gitlab }]),
    ...(workflow === undefined ? [] : [{ claim: 'workflow_ref', prefix: `${github}/.github/workflows/${workflow}@` }]),
    ...(environment === undefined ? [] : [{ claim: 'environment', equals: environment.trim() }]),
    ...(branch === undefined ? [] : [refOf(branch, github === undefined ? '' : 'refs/heads/')]),
    ...claim,
  ];
}

function githubRepository(text: string): string {
  const name = pathIn(text, 'github.com');
  if (/^[\w-]+\/[\w.-]+$/.test(name)) return name;
  throw new Failure('usage', `--github ${text} names no repository`, {
    hint: "Write OWNER/REPOSITORY, such as acme/plugins. For all of an owner's, use --issuer github --claim 'repository=OWNER/*'.",
  });
}

function gitlabProject(text: string): string {
  const path = pathIn(text, 'gitlab.com');
  if (/^[\w.-]+(?:\/[\w.-]+)+$/.test(path)) return path;
  throw new Failure('usage', `--gitlab ${text} names no project of gitlab.com`, {
    hint: "Write GROUP/PROJECT, such as acme/plugins. For all of a group's, use --issuer gitlab --claim 'project_path=GROUP/*'.",
  });
}

/** Takes the path from the URLs that the host shows for cloning and browsing. */
function pathIn(text: string, host: string): string {
  const name = host.replaceAll('.', '\\.');
  const start = new RegExp(`^(?:https?://(?:[^/@]+@)?(?:www\\.)?${name}/|ssh://git@${name}/|git@${name}:)`, 'i');
  return text
    .trim()
    .replace(start, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

function workflowFile(text: string): string {
  const file = text.trim().replace(/^(?:\.\/)?\.github\/workflows\//, '');
  if (/^[^/@*]+\.ya?ml$/.test(file)) return file;
  throw new Failure('usage', `--workflow ${text} names no workflow's file`, {
    hint: 'Write the name of its file in .github/workflows, such as release.yml.',
  });
}

/** Returns the condition on the claim `ref`, which is a branch's name after `start`. */
function refOf(text: string, start: string): ClaimCondition {
  const name = text.trim().replace(/^refs\/heads\//, '');
  const [folder] = /^[^*]+\/(?=\*$)/.exec(name) ?? [];
  if (folder !== undefined && !folder.startsWith('refs/')) return { claim: 'ref', prefix: `${start}${folder}` };
  if (/^(?!refs\/)[^*\s]+$/.test(name)) return { claim: 'ref', equals: `${start}${name}` };
  throw new Failure('usage', `--branch ${text} names no branch`, {
    hint: "Write a branch's name, such as main, or all below one: 'release/*'. For tags, use --claim.",
  });
}

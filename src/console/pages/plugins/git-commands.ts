// Requests that publish or install from Git, built from a form, and the equivalent commands.
import type { GoKind } from '../../../contract/plugin/go-kinds.ts';
import type { Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import type { SameAs } from '../../parts/copyable.tsx';
import { readText } from '../../parts/form.tsx';

function isOrganizations(form: FormData): boolean {
  return readText(form, 'owner') === 'organization';
}

/** An organization's version is deployed by the namespaces that enable it. */
export function pythonIn(form: FormData): Schemas['PluginFromGit'] {
  const [path, message] = [readText(form, 'path'), readText(form, 'message')];
  return {
    repository: readText(form, 'repository'),
    ref: readText(form, 'ref'),
    ...(path && { path }),
    ...(message && { message }),
    deploy: form.has('deploy') && !isOrganizations(form),
  };
}

export function pythonCommand(namespace: string, form: FormData): SameAs {
  const body = pythonIn(form);
  const { deploy, message, path, ref, repository } = body;
  return {
    cli: slipway(['publish'], {
      'from-git': repository,
      ref,
      path,
      message,
      org: isOrganizations(form),
      'no-deploy': deploy !== true && !isOrganizations(form),
      namespace: isOrganizations(form) ? undefined : namespace,
    }),
    path: isOrganizations(form) ? '/v1/plugins/from-git' : `/v1/namespaces/${namespace}/plugins/from-git`,
    method: 'POST',
    body,
  };
}

export function goIn(form: FormData): Schemas['GoPluginInstall'] {
  const [name, git_ref, description] = [readText(form, 'name'), readText(form, 'ref'), readText(form, 'description')];
  const placement = placementIn(form);
  return {
    repository_url: readText(form, 'repository'),
    ...(git_ref && { git_ref }),
    ...(name && { name }),
    ...(description && { description }),
    ...(placement && { placement }),
  };
}

function placementIn(form: FormData): 'isolate' | 'container' | undefined {
  const placement = readText(form, 'placement');
  return placement === 'isolate' || placement === 'container' ? placement : undefined;
}

export function goCommand(kind: GoKind, install: Schemas['GoPluginInstall']): string {
  const { description, git_ref: ref, name, placement, repository_url = '' } = install;
  return slipway(['install', repository_url], { kind, ref, name, description, placement });
}

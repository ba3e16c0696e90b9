// Reads `permissions` in manifest.py, which the plugin requests from its organization. Unreadable values are an error, because the
// plugin would be deployed without what it needs.
import type { Finding } from '../../contract/findings/finding.ts';
import {
  type PermissionIssue,
  type Permissions,
  parsePermissions,
  permissionKeys,
} from '../../contract/plugin/permissions.ts';
import { kindNoun, manifestFinding, unreadableMessage } from '../findings.ts';
import { toJson } from '../python/to-json.ts';
import type { Names, Value } from '../python/value.ts';
import { stableValue } from '../python/values.ts';
import { findDeclaration } from './declaration.ts';

export interface PermissionsReading {
  /** Undefined if the plugin requests none, or they can't be read. */
  permissions: Permissions | undefined;
  problems: Finding[];
  warnings: Finding[];
}

const subject = 'permissions';

export function readPermissions(names: Names): PermissionsReading {
  const declaration = findDeclaration(names, subject);
  if (!declaration || declaration.value.kind === 'none')
    return { permissions: undefined, problems: [], warnings: unaskedNetwork(names) };
  const { label, value } = declaration;
  const rejection = (problems: Finding[]): PermissionsReading => ({ permissions: undefined, problems, warnings: [] });
  const reading = toJson(value);
  if ('problem' in reading) {
    const message = unreadableMessage(reading.problem === value ? label : `Part of ${label}`, reading.problem);
    return rejection([manifestFinding('SLM107', reading.problem.at, subject, `${message} Write only literals.`)]);
  }
  const parsed = parsePermissions(reading.json);
  if ('issues' in parsed) return rejection(parsed.issues.map((issue) => issueFinding(label, value, issue)));
  const { permissions } = parsed;
  const asksForHosts = (permissions.network ?? []).length > 0 || Object.keys(permissions.forward ?? {}).length > 0;
  return { permissions, problems: [], warnings: asksForHosts ? [] : unaskedNetwork(names) };
}

function issueFinding(label: string, value: Value, { path, message }: PermissionIssue): Finding {
  const at = placeOf(value, path);
  const place = `${label}${path.map((part) => `[${JSON.stringify(part)}]`).join('')}`;
  const actual = path.length === 0 ? ` It is ${kindNoun(value)}.` : '';
  return manifestFinding('SLM107', at, place, `${place} ${message}.${actual}`);
}

/** Returns the location of the innermost part on the path. For an unknown key or a wrong port, returns the key's location. */
function placeOf(value: Value, path: readonly (string | number)[]): Value['at'] {
  let at = value.at;
  let part: Value | undefined = value;
  for (const [index, step] of path.entries()) {
    const stable: Value = stableValue(part);
    const entry = stable.kind === 'dict' ? stable.entries.get(String(step)) : undefined;
    part = stable.kind === 'list' && typeof step === 'number' ? stable.items[step] : entry?.value;
    if (!part) break;
    const isUnknownKey = index === 0 && !permissionKeys.some((key) => key === step);
    at = isUnknownKey && entry ? entry.keyAt : part.at;
  }
  return at;
}

/** Warns about a plugin that calls services but asks for no hosts, because it can't reach any. */
function unaskedNetwork(names: Names): Finding[] {
  const profile = findDeclaration(names, 'compute_profile')?.value;
  const declared =
    profile?.kind === 'dict'
      ? profile.entries.get('resource_type')?.value
      : findDeclaration(names, 'resource_type')?.value;
  if (declared?.kind !== 'string' || declared.value.toLowerCase() !== 'api') return [];
  const message =
    'resource_type is "api", but the plugin asks for no hosts, so it can reach none. Add the hosts that it calls: `permissions = {"network": ["api.example.com"]}`.';
  return [manifestFinding('SLM408', declared.at, 'resource_type', message)];
}

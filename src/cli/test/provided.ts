// Reads the secrets and models that a test provides, and grants everything that the plugin asks for, since this is your own machine.
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseEnv } from 'node:util';
import { type ModelRef, missingModelsMessage, modelName } from '../../contract/plugin/models.ts';
import { listPermissions } from '../../contract/plugin/permission-text.ts';
import {
  hostedPermissions,
  type Permissions,
  requestedPermissions,
  secretName,
} from '../../contract/plugin/permissions.ts';
import { missingSecretsMessage, secretValue } from '../../contract/plugin/secrets.ts';
import type { Environment } from '../connection/settings.ts';
import { Failure } from '../terminal/failure.ts';
import { readTextFile } from '../terminal/text-input.ts';
import { type Check, failedCheck, passedCheck, warningCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

export interface ProvidedOptions {
  /** Each is NAME=VALUE, or NAME for the value of an environment variable. */
  secret?: string[];
  secretsFile?: string;
  /** Each is NAME=PATH. */
  model?: string[];
}

export interface Provided {
  secrets: Map<string, string>;
  /** File paths by model name. */
  models: Map<string, string>;
}

export function readProvided(
  { model = [], secret = [], secretsFile }: ProvidedOptions,
  environment: Environment,
): Provided {
  const fromFile = secretsFile === undefined ? [] : Object.entries(readSecretsFile(secretsFile));
  const given = secret.map((text) => secretOf(text, environment));
  return { secrets: new Map([...fromFile, ...given]), models: new Map(model.map(modelOf)) };
}

function readSecretsFile(path: string): Record<string, string> {
  const entries = Object.entries(parseEnv(readTextFile(path)));
  return Object.fromEntries(entries.map(([name, value = '']) => [name, value]));
}

function secretOf(text: string, environment: Environment): [string, string] {
  const [, name = text, sign, rest = ''] = /^([^=]*)(=)?(.*)$/s.exec(text) ?? [];
  if (!secretName.safeParse(name).success)
    throw usage(`${JSON.stringify(name)} is not the name of a secret`, 'Give secrets as NAME=VALUE, or as NAME.');
  if (sign !== undefined) return [name, rest];
  const value = environment[name];
  if (value?.includes('\ufffd'))
    throw usage(`the environment variable ${name} is not UTF-8`, 'Convert its value, or use --secrets-file.');
  if (value) return [name, value];
  throw usage(`the environment variable ${name} is not set`, `Set it, or give the secret as ${name}=VALUE.`);
}

function modelOf(text: string): [string, string] {
  const at = text.indexOf('=');
  const [name, path] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (!modelName.safeParse(name).success)
    throw usage(`${JSON.stringify(text)} does not name a model`, 'Give models as NAME=PATH.');
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return [name, path];
  throw usage(`${path} is not a file`, "Give the path of the model's file.");
}

function usage(message: string, hint: string): Failure {
  return new Failure('usage', message, { hint });
}

/** Permissions and models that a version requests in manifest.py or plugin.yaml. */
export interface Asking {
  manifest: { permissions?: Permissions | undefined; models?: string[] | undefined } | null;
  definition: { permissions?: Permissions | undefined } | null;
}

/** Instance spec members that are not in the archive. */
export interface Given {
  permissions?: Omit<Permissions, 'secrets'>;
  secrets?: Record<string, string>;
  models?: ModelRef[];
}

/** If something is missing, returns failed checks that say why a deployment would be refused, and no `given`. */
export async function give(
  builder: LocalBuilder,
  asking: Asking,
  provided: Provided,
): Promise<{ checks: Check[]; given?: Given }> {
  const problems = [...missingSecrets(asking, provided), ...missingModels(asking, provided)];
  if (problems.length > 0) return { checks: problems };
  const { checks, permissions } = grantAsked(builder, asking);
  const secrets = Object.fromEntries(askedSecrets(asking).map((name) => [name, provided.secrets.get(name) ?? '']));
  const models: ModelRef[] = [];
  for (const name of asking.manifest?.models ?? [])
    models.push({ name, sha256: await keepModel(builder, provided.models.get(name) ?? '') });
  const given: Given = {
    ...(permissions ? { permissions } : {}),
    ...(Object.keys(secrets).length > 0 ? { secrets } : {}),
    ...(models.length > 0 ? { models } : {}),
  };
  return { checks, given };
}

function askedSecrets(asking: Asking): string[] {
  return [...new Set(requestedPermissions(asking)?.secrets ?? [])];
}

function missingSecrets(asking: Asking, { secrets }: Provided): Check[] {
  const asked = askedSecrets(asking);
  const missing = asked.filter((name) => !secrets.has(name));
  const remedy = `Give ${missing.map((name) => `\`--secret ${name}\``).join(', ')} or \`--secrets-file FILE\`.`;
  if (missing.length > 0)
    return [failedCheck('secrets', missingSecretsMessage(missing, 'not given to this test', remedy))];
  return asked.flatMap((name) => {
    const reason = secretValue.safeParse(secrets.get(name)).error?.issues[0]?.message;
    return reason === undefined ? [] : [failedCheck('secrets', `${name} ${reason}`)];
  });
}

function missingModels({ manifest }: Asking, { models }: Provided): Check[] {
  const missing = (manifest?.models ?? []).filter((name) => !models.has(name));
  if (missing.length === 0) return [];
  const remedy = `Give ${missing.map((name) => `\`--model ${name}=PATH\``).join(', ')}.`;
  return [failedCheck('models', missingModelsMessage(missing, 'this test does not have', remedy))];
}

/** If the sandbox has no network namespaces, tests the plugin without network access. */
function grantAsked(
  { machine }: LocalBuilder,
  asking: Asking,
): { checks: Check[]; permissions: Omit<Permissions, 'secrets'> | undefined } {
  const hosted = hostedPermissions(asking);
  const requested = requestedPermissions(asking);
  if (!requested) return { checks: [], permissions: undefined };
  const granted = passedCheck(
    'grants',
    `${listPermissions(requested).join(', ')}; granted because this is a local test`,
  );
  const { forward, network, ...limits } = hosted ?? {};
  const hasNetwork = (network?.length ?? 0) + Object.keys(forward ?? {}).length > 0;
  if (!hasNetwork || machine.sandbox.kind === 'namespaces') return { checks: [granted], permissions: hosted };
  const warning = `tested without network access, which needs namespaces: the sandbox here is ${machine.sandbox.kind}`;
  return { checks: [granted, warningCheck('grants', warning)], permissions: limits };
}

async function keepModel(builder: LocalBuilder, path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const sha256 = hash.digest('hex');
  await builder.keepStream(sha256, createReadStream(path));
  return sha256;
}

// Finds what would break between two releases while one of Worker and builder is still the other's: contract versions, messages, migrations.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What of a tree decides whether another release works beside it. */
export interface Release {
  version: string;
  /** The version of the contract that its Worker sends, and those that its builder accepts. */
  contract: { sent: string; accepted: readonly string[] };
  migrations: Map<string, string>;
  /** The JSON schemas of the messages between Worker and builder. */
  messages: Map<string, unknown>;
}

const contractSchema = z.object({
  contractVersion: z.string(),
  acceptedContracts: z.array(z.string()).optional(),
});

export async function readRelease(tree: string): Promise<Release> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(tree, 'package.json'), 'utf8')));
  const contract = contractSchema.parse(await import(join(tree, 'src/contract/builder/instances.ts')));
  const { contractVersion: sent, acceptedContracts: accepted = [sent] } = contract;
  const migrations = await readAll(join(tree, 'migrations'), '.sql');
  const schemas = await readAll(join(tree, 'builder/schemas'), '.json');
  const messages = new Map([...schemas].map(([name, text]): [string, unknown] => [name, JSON.parse(text)]));
  return { version, contract: { sent, accepted }, migrations, messages };
}

async function readAll(folder: string, end: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(end)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

/** The migrations of `next` run while `running` serves, and images are replaced one by one. */
export function upgradeFaults(running: Release, next: Release): string[] {
  return [...contractFaults(running, next), ...migrationFaults(running, next), ...messageFaults(running, next)];
}

function contractFaults(running: Release, next: Release): string[] {
  const pairs = [
    { worker: running, builder: next, name: `the Worker of ${running.version} and the builder of ${next.version}` },
    { worker: next, builder: running, name: `the Worker of ${next.version} and the builder of ${running.version}` },
  ];
  return pairs
    .filter(({ worker, builder }) => !builder.contract.accepted.includes(worker.contract.sent))
    .map(
      ({ worker, builder, name }) =>
        `${name} don't understand each other: contract version ${worker.contract.sent} is sent, ${builder.contract.accepted.join(' and ')} accepted. A release that adds a version still sends the one before (decision 74)`,
    );
}

/** What the release that is running may still use. SQLite changes other things of a column by copying its table. */
const contractions = [
  /\bdrop\s+(?:table|column|view)\b/i,
  /\brename\s+(?:to|column)\b/i,
  /\badd\s+(?:column\s+)?\S+\s+(?:(?!default)[^;])*\bnot\s+null\b(?:(?!default)[^;])*(?:;|$)/i,
];
const unused = /^-- unused since (\d+\.\d+\.\d+)$/m;

function migrationFaults(running: Release, next: Release): string[] {
  const changed = [...running.migrations].filter(([name, text]) => next.migrations.get(name) !== text);
  const added = [...next.migrations].filter(([name]) => !running.migrations.has(name));
  const contracting = added.filter(
    ([, text]) => contractions.some((pattern) => pattern.test(text)) && !isUnused(text, running),
  );
  return [
    ...changed.map(
      ([name]) =>
        `migrations/${name} was changed or deleted: databases that have it would stay different. Correct it in a new one`,
    ),
    ...contracting.map(
      ([name]) =>
        `migrations/${name} takes away what ${running.version} may use. Do that one release later, or write \`-- unused since VERSION\` into it if ${running.version} does not use it`,
    ),
  ];
}

function isUnused(text: string, { version }: Release): boolean {
  const [, since] = unused.exec(text) ?? [];
  return since !== undefined && since.localeCompare(version, 'en', { numeric: true }) <= 0;
}

/** A field that one side requires and the other never sends. New fields are ignored by those who don't know them. */
function messageFaults(running: Release, next: Release): string[] {
  if (running.contract.sent !== next.contract.sent) return [];
  return [...running.messages].flatMap(([name, before]) => {
    const after = next.messages.get(name);
    if (after === undefined) return [`builder/schemas/${name} is gone, and ${running.version} sends it`];
    const [old, now] = [requiredIn(before), requiredIn(after)];
    const known = propertiesIn(before);
    const added = [...now].filter((path) => !old.has(path) && isIn(parentOf(path), known));
    const gone = [...old].filter((path) => !propertiesIn(after).has(path));
    return [
      ...added.map(
        (path) =>
          `${path} of builder/schemas/${name} is required now, and ${running.version} does not send it: make it optional`,
      ),
      ...gone.map(
        (path) =>
          `${path} of builder/schemas/${name} is gone, and ${running.version} requires it: keep sending it for a release`,
      ),
    ];
  });
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.'));
}

/** What is required within a field that is new itself is new to everybody. */
function isIn(parent: string, known: Set<string>): boolean {
  return parent === '' || known.has(parent);
}

function requiredIn(schema: unknown): Set<string> {
  return new Set(
    fieldsOf(schema, '')
      .filter(({ isRequired }) => isRequired)
      .map(({ path }) => path),
  );
}

function propertiesIn(schema: unknown): Set<string> {
  return new Set(fieldsOf(schema, '').map(({ path }) => path));
}

const nodeSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
});

function fieldsOf(schema: unknown, path: string): { path: string; isRequired: boolean }[] {
  const parsed = nodeSchema.safeParse(schema);
  if (!parsed.success) return [];
  const { properties = {}, required = [], items, anyOf = [], oneOf = [], allOf = [] } = parsed.data;
  const own = Object.entries(properties).flatMap(([name, value]) => [
    { path: `${path}.${name}`, isRequired: required.includes(name) },
    ...fieldsOf(value, `${path}.${name}`),
  ]);
  const inner = [items, ...anyOf, ...oneOf, ...allOf].flatMap((value) => fieldsOf(value, path));
  return [...own, ...inner];
}

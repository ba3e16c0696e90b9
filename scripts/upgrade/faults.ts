// Finds what would break while the Worker and the builder are from different releases: contract versions, messages, migrations.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The parts of a release that determine whether another release works with it. */
export interface Release {
  version: string;
  /** In messages. */
  name: string;
  /** The contract version that its Worker sends, and the versions that its builder accepts. */
  contract: { sent: string; accepted: readonly string[] };
  migrations: Map<string, string>;
  /** Messages between Worker and builder. If only one release has a message, only that release sends it. */
  messages: Map<string, Message>;
}

export interface Message {
  schema: z.ZodType;
  examples: Example[];
}

interface Example {
  name: string;
  message: unknown;
}

const contractSchema = z.object({
  contractVersion: z.string(),
  acceptedContracts: z.array(z.string()).optional(),
});

const schemasSchema = z.object({ builderSchemas: z.record(z.string(), z.instanceof(z.ZodType)) });
const fixtureSchema = z.object({ valid: z.array(z.object({ name: z.string(), message: z.unknown() })).default([]) });

export async function readRelease(tree: string, name: string): Promise<Release> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(tree, 'package.json'), 'utf8')));
  const contract = contractSchema.parse(await import(join(tree, 'src/contract/builder/instances.ts')));
  const { contractVersion: sent, acceptedContracts: accepted = [sent] } = contract;
  const migrations = await readAll(join(tree, 'migrations'), '.sql');
  const { builderSchemas } = schemasSchema.parse(await import(join(tree, 'src/contract/builder/schemas.ts')));
  const fixtures = await readAll(join(tree, 'test/fixtures/builder'), '.json');
  const messages = new Map(
    Object.entries(builderSchemas).map(([name, schema]): [string, Message] => {
      const { valid } = fixtureSchema.parse(JSON.parse(fixtures.get(`${name}.json`) ?? '{}'));
      return [name, { schema, examples: valid }];
    }),
  );
  return { version, name, contract: { sent, accepted }, migrations, messages };
}

async function readAll(folder: string, end: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(end)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

/** Compares two releases. The migrations of `next` run while `running` still serves, and images are replaced one by one. */
export function upgradeFaults(running: Release, next: Release): string[] {
  return [...contractFaults(running, next), ...migrationFaults(running, next), ...messageFaults(running, next)];
}

function contractFaults(running: Release, next: Release): string[] {
  const pairs = [
    { worker: running, builder: next, name: `the Worker of ${running.name} and the builder of ${next.name}` },
    { worker: next, builder: running, name: `the Worker of ${next.name} and the builder of ${running.name}` },
  ];
  return pairs
    .filter(({ worker, builder }) => !builder.contract.accepted.includes(worker.contract.sent))
    .map(
      ({ worker, builder, name }) =>
        `${name} don't understand each other: contract version ${worker.contract.sent} is sent, ${builder.contract.accepted.join(' and ')} accepted. A release that adds a version still sends the one before (decision 74)`,
    );
}

/** Statements that remove something the running release may use. SQLite makes other column changes by copying the table. */
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
        `migrations/${name} was changed or deleted, but databases that already have it would not change. Correct it in a new migration`,
    ),
    ...contracting.map(
      ([name]) =>
        `migrations/${name} removes what ${running.name} may use. Do that one release later, or write \`-- unused since VERSION\` into it if ${running.name} does not use it`,
    ),
  ];
}

function isUnused(text: string, { version }: Release): boolean {
  const [, since] = unused.exec(text) ?? [];
  return since !== undefined && since.localeCompare(version, 'en', { numeric: true }) <= 0;
}

/**
 * Each side must understand the other side's example messages. This also catches an example that uses only the newer release's fields,
 * because the older release rejects it until it is replaced.
 */
function messageFaults(running: Release, next: Release): string[] {
  if (running.contract.sent !== next.contract.sent) return [];
  const pairs = [
    { sender: running, reader: next },
    { sender: next, reader: running },
  ];
  return pairs.flatMap(({ sender, reader }) =>
    [...sender.messages].flatMap(([name, { examples }]) => {
      const refused = examples.flatMap((example) => refusalOf(reader.messages.get(name), example));
      return refused.map(
        (why) =>
          `${reader.name} does not understand ${name} of ${sender.name}, ${why}. Read both forms, and send the new one a release later`,
      );
    }),
  );
}

function refusalOf(reader: Message | undefined, { name, message }: Example): string[] {
  if (reader === undefined) return [];
  const parsed = reader.schema.safeParse(message);
  if (parsed.success) return [];
  const [issue] = parsed.error.issues;
  return [`"${name}" (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`];
}

// Tries every attack in every place, alongside a well-behaved plugin.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { attackerFiles, attacksIn, expectedIn, type Scene } from '../../test/builder/breakout/attacks.ts';
import { startScene } from '../../test/builder/breakout/scene.ts';
import { callDuring, type Measured, startGoodPlugin } from './good-plugin.ts';
import type { Place, Placed } from './places.ts';

const aloneMs = 5000;
/** Attacks repeat for this long, so that there are enough concurrent calls to measure a p99. */
const attackMs = 10_000;
const successSchema = z.object({ succeeded: z.array(z.unknown()) });

export interface Column {
  place: string;
  kind: string;
  /** Each attack's outcome: `held`, `succeeds` where docs/security.md says so, or `BROKEN`. */
  results: Map<string, string>;
  /** Attacks that succeeded even though the place confines them. */
  broken: string[];
  alone?: Measured;
  beside?: Measured;
}

export async function attackIn({ name, start }: Place): Promise<Column> {
  const placed = await start();
  try {
    const { client, sandbox, cgroup, ownUser } = placed;
    const column: Column = { place: name, kind: `${sandbox}/${cgroup}`, results: new Map(), broken: [] };
    const attacker = await client.run(attackerFiles, { name: 'attacker' });
    const scene = await startScene(placed.python);
    const kind = {
      name: `${sandbox} as ${ownUser ? 'root' : 'a user'}`,
      sandbox,
      startsProcesses: cgroup !== 'none' || sandbox === 'none',
    };
    const attackAll = async () => {
      for (const until = performance.now() + attackMs; performance.now() < until; )
        await attackOnce(column, placed, { attacker, kind, scene: await sceneOf(placed, scene) });
    };
    if (sandbox === 'vm') await attackAll();
    else {
      const good = await startGoodPlugin(client);
      column.alone = await callDuring(client, good, delay(aloneMs));
      column.beside = await callDuring(client, good, attackAll());
    }
    await scene.end();
    return column;
  } finally {
    await placed.close();
  }
}

async function sceneOf({ client, seen }: Placed, scene: Pick<Scene, 'abstractName' | 'segment'>): Promise<Scene> {
  const { abstractName, segment } = scene;
  const blob = `${seen.stateFolder}/blobs/${await client.putArchive({ a: 'b' })}`;
  return { ...seen, abstractName, segment, blob };
}

interface Round {
  attacker: string;
  kind: Parameters<typeof attacksIn>[0] & Parameters<typeof expectedIn>[1];
  scene: Scene;
}

async function attackOnce(column: Column, { client }: Placed, { attacker, kind, scene }: Round): Promise<void> {
  for (const attack of attacksIn(kind)) {
    const answer = await client.result(attacker, { attack: attack.name, ...attack.request?.(scene) });
    const { succeeded } = successSchema.parse(answer);
    const allowed = kind.sandbox === 'none' ? succeeded : expectedIn(attack, kind);
    const isHeld = JSON.stringify(succeeded) === JSON.stringify(allowed);
    if (!isHeld) column.broken.push(`${attack.name}: ${JSON.stringify(succeeded)}`);
    const shown = succeeded.length === 0 ? 'held' : isHeld ? 'succeeds' : 'BROKEN';
    const before = column.results.get(attack.name) ?? 'held';
    column.results.set(attack.name, before === 'held' ? shown : before);
  }
}

/** Returns a line for each attack, and one for each measurement of the good plugin. */
export function attackLines(columns: Column[]): string[] {
  const names = [...new Set(columns.flatMap(({ results }) => [...results.keys()]))];
  const row = (name: string, cell: (column: Column) => string) =>
    `${name.padEnd(20)}${columns.map((column) => cell(column).padEnd(21)).join('')}`.trimEnd();
  const measured = (cell: (alone: Measured, beside: Measured) => string) => (column: Column) =>
    column.alone && column.beside ? cell(column.alone, column.beside) : '-';
  return [
    row('', ({ place }) => place),
    row('', ({ kind }) => kind),
    ...names.map((name) => row(name, ({ results }) => results.get(name) ?? '-')),
    row(
      'good: failed',
      measured((_, { calls, failed }) => `${failed} of ${calls}`),
    ),
    row(
      'good: p99 alone',
      measured(({ p99Ms }) => `${p99Ms.toFixed(1)} ms`),
    ),
    row(
      'good: p99 beside',
      measured((_, { p99Ms }) => `${p99Ms.toFixed(1)} ms`),
    ),
    ...columns.flatMap(({ place, broken }) => [...new Set(broken)].map((line) => `BROKEN in ${place}: ${line}`)),
  ];
}

// Implements `npm run breakouts`: what confines plugins, in every place where a builder may run. Takes some minutes; the numbers need a
// machine that does nothing else. Containers need a Docker engine, and are left out without one.
//   npm run breakouts                                          everything
//   npm run breakouts -- --parts attacks --places root,user    one table, in two places
//   npm run breakouts -- --parts floods --seconds 120          the attacks on the channel for two minutes each
import { attackIn, attackLines, type Column } from './breakouts/attack-table.ts';
import { diskLines } from './breakouts/disk.ts';
import { floodLines } from './breakouts/floods.ts';
import { allPlaces } from './breakouts/places.ts';
import { viewLines } from './breakouts/plugin-view.ts';
import { refusalLines } from './breakouts/refusals.ts';
import { engineVersion } from './containers/docker.ts';
import { buildImage, prepareBases } from './containers/images.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';

const usage = `npm run breakouts [-- --parts PARTS] [-- --places PLACES] [-- --seconds N]

  --parts PARTS     attacks, views, refusals, floods and disk, separated by commas (all)
  --places PLACES   root, user and container, separated by commas (all)
  --seconds N       how long each flood takes (20)`;

const image = 'slipway-test/breakouts';
const parts = ['attacks', 'views', 'refusals', 'floods', 'disk'];

const { values } = readCommandLine(usage, {
  options: {
    parts: { type: 'string', default: parts.join(',') },
    /** Names of the places, without their options: root, user, container. */
    places: { type: 'string', default: 'root,user,container' },
    seconds: { type: 'string', default: '20' },
  },
});
const wanted = values.parts.split(',');
const places = allPlaces(await prepareImage()).filter(({ name }) =>
  values.places.split(',').includes(name.split(',')[0] ?? ''),
);
const confining = places.filter(({ name }) => !name.endsWith('none'));

if (wanted.includes('attacks')) await showAttacks();
if (wanted.includes('views')) for (const place of places) await show(`A plugin, ${place.name}`, () => viewLines(place));
if (wanted.includes('refusals')) await show('A user without namespaces and Landlock', refusalLines);
if (wanted.includes('floods'))
  for (const place of confining.filter(({ name }) => !name.endsWith('vm')))
    await show(`Floods, ${place.name}`, () => floodLines(place, Number(values.seconds) * 1000));
if (wanted.includes('disk')) for (const place of confining) await show(`Disk, ${place.name}`, () => diskLines(place));

async function showAttacks(): Promise<void> {
  const columns: Column[] = [];
  for (const place of places) columns.push(await attackIn(place));
  await show('Attacks', async () => attackLines(columns));
  const isHeld = columns.every(({ broken, beside }) => broken.length === 0 && (beside?.failed ?? 0) === 0);
  if (!isHeld) process.exitCode = 1;
}

async function show(title: string, lines: () => Promise<string[]>): Promise<void> {
  print(`\n## ${title}\n`);
  for (const line of await lines()) print(line);
}

/** Builds the builder's image. Returns its name. */
async function prepareImage(): Promise<string | undefined> {
  if (!values.places.split(',').includes('container')) return undefined;
  const engine = await engineVersion();
  if ('missing' in engine) {
    print(`Skipping containers: Docker is not available (${engine.missing})`);
    return undefined;
  }
  await buildImage(await prepareBases(print), image);
  return image;
}

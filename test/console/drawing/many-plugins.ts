// Builds a namespace of 200 plugins with 3,000 calls a day. Each plugin imitates one of the scene's plugins and its state.
import { z } from 'zod';
import { callsOfDay, type Day } from './traffic.ts';

const verbs = ['classify', 'clean', 'detect', 'embed', 'extract', 'match', 'rank', 'summarize', 'tag', 'translate'];
const nouns = ['audio', 'contracts', 'events', 'faces', 'images', 'invoices', 'logs', 'mails', 'names', 'places'];
const otherNouns = [
  'products',
  'receipts',
  'reviews',
  'scenes',
  'speech',
  'tables',
  'text',
  'tickets',
  'topics',
  'video',
];
const names = verbs.flatMap((verb) => [...nouns, ...otherNouns].map((noun) => `${verb}_${noun}`));

/** Traffic of the whole namespace, and of the pictured plugin. */
export const busyDay: Day = { calls: 3000, errors: 41 };
const deploymentsShown = 50;
const linesShown = 200;

const named = z.looseObject({ name: z.string() });
const overviews = z.looseObject({
  results: z.array(
    z.looseObject({
      ...named.shape,
      live_version: z.string().nullable(),
      calls_by_hour: z.array(z.int()),
      live_calls: z.looseObject({}).nullable(),
    }),
  ),
  total: z.int(),
});
const versions = z.looseObject({ plugins: z.array(named) });
const deployments = z.looseObject({ results: z.array(z.looseObject({ ...named.shape, deployment_id: z.string() })) });
const lines = z.looseObject({ results: z.array(z.looseObject({ plugin: z.string(), line: z.string() })) });

/** Returns the scene's plugin that this plugin imitates. Some of them failed, and some were never deployed. */
function modelOf(place: number): 'echo' | 'broken' | 'hostile' {
  if (place % 29 === 7) return 'broken';
  return place % 23 === 11 ? 'hostile' : 'echo';
}

/** Returns the number of calls, which decreases from plugin to plugin and is zero for the last ones. */
function callsAt(place: number): number {
  return Math.floor(682 / (place + 2));
}

/** Returns the response with the rows of all 200 plugins, if it is one of a namespace's lists. */
export function withManyPlugins(body: string): string {
  if (!/"(?:calls_by_hour|plugins|deployment_id|results)"/.test(body)) return body;
  const answer: unknown = JSON.parse(body);
  const many = manyOverviews(answer) ?? manyVersions(answer) ?? manyDeployments(answer) ?? manyLines(answer);
  return many === undefined ? body : JSON.stringify(many);
}

function manyOverviews(answer: unknown): object | undefined {
  const { data } = overviews.safeParse(answer);
  if (data?.results[0] === undefined) return undefined;
  const results = names.flatMap((name, place) => {
    const model = data.results.find((one) => one.name === modelOf(place));
    if (model === undefined) return [];
    const calls = model.live_version === null ? 0 : callsAt(place);
    const errors = place % 31 === 4 ? Math.ceil(calls / 9) : 0;
    const live_calls = model.live_calls && { ...model.live_calls, calls, errors };
    return [{ ...model, name, calls, errors, live_calls, calls_by_hour: callsOfDay(calls) }];
  });
  return { ...data, results, total: results.length };
}

function manyVersions(answer: unknown): object | undefined {
  const { data } = versions.safeParse(answer);
  if (data?.plugins[0] === undefined) return undefined;
  const plugins = names.flatMap((name, place) =>
    data.plugins.filter((one) => one.name === modelOf(place)).map((version) => ({ ...version, name })),
  );
  return { ...data, plugins };
}

function manyDeployments(answer: unknown): object | undefined {
  const { data } = deployments.safeParse(answer);
  if (data?.results[0] === undefined) return undefined;
  const results = names.slice(0, deploymentsShown).flatMap((name, place) => {
    const model = data.results.find((one) => one.name === modelOf(place));
    return model === undefined
      ? []
      : [{ ...model, name, deployment_id: `${model.deployment_id.slice(0, -3)}${place}` }];
  });
  return { ...data, results };
}

function manyLines(answer: unknown): object | undefined {
  const { data } = lines.safeParse(answer);
  if (data?.results[0] === undefined) return undefined;
  const results = Array.from({ length: linesShown }, (_, place) => ({
    ...(data.results[place % data.results.length] ?? {}),
    plugin: names[place % 7],
  }));
  return { ...data, results };
}

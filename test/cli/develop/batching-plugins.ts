// Runs `slipway test` on plugins that answer calls in batches.
import { slipwayInProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

interface Plugin {
  methods: string[];
  examples?: object[];
  serveConfig?: string;
}

export const two = [{ inputs: { n: 1 } }, { inputs: { n: 2 } }];

export function folder({ examples = two, methods, serveConfig = '"batching": {}' }: Plugin): string {
  const named = examples.map((example, at) => [`tests/examples/${at}.json`, JSON.stringify(example)]);
  return folderOf({
    'manifest.py': `feature_extractor_name = "many"\nversion = "1.0.0"\nserve_config = {${serveConfig}}\n`,
    'pipeline.py': 'def build_steps(extractor_request, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': `class RealtimeHandler:\n${methods.map((line) => `    ${line}\n`).join('')}`,
    ...Object.fromEntries(named),
  });
}

interface Check {
  name: string;
  status: string;
  detail: string;
  lines?: string[];
}

export async function checks(plugin: Plugin): Promise<[number | null, Check[]]> {
  const { code, stdout } = await slipwayInProcess(['test', '--json', folder(plugin)]);
  return [code, JSON.parse(stdout).checks];
}

export async function batching(plugin: Plugin): Promise<[number | null, string | undefined, string | undefined]> {
  const [code, all] = await checks(plugin);
  const check = all.find(({ name }) => name === 'batching');
  return [code, check?.status, check?.detail];
}

export const runMany = (expression: string) => [
  'def run_many(self, inputs, parameters):',
  '    print("batch of", len(inputs))',
  `    return [${expression} for one in inputs]`,
];
export const runInference = (expression: string) => [
  'def run_inference(self, inputs, parameters):',
  `    return ${expression}`,
];
export const double = runMany('{"n": 2 * one["n"]}');

// Plugins that answer with the `repr` of their input, which shows types, digits and key order.
import { expect } from 'vitest';
import { z } from 'zod';
import { manifest, plugin } from '../plugins/plugin.ts';
import { publish } from '../plugins/publish.ts';
import { waitFor } from '../waiting.ts';
import { type Organization, organization } from './organization.ts';

export const realtime = `from shared.plugins.inference.serve import BaseInferenceService


class ExactInferenceService(BaseInferenceService):
    def run_inference(self, inputs, parameters):
        return {"seen": repr(inputs), "given": repr(parameters), "back": inputs}
`;

const streaming = `from shared.plugins.inference.serve import BaseInferenceService


class ExactInferenceService(BaseInferenceService):
    def run_inference(self, inputs, parameters):
        yield {"seen": repr(inputs), "back": inputs}
`;

/** Gathers calls until each sample has come, or a second has passed. */
const gathering = `from shared.plugins.inference.serve import BaseInferenceService


class ExactInferenceService(BaseInferenceService):
    def run_many(self, inputs, parameters):
        given = repr(parameters)
        return [{"seen": repr(one), "given": given, "back": one, "size": len(inputs)} for one in inputs]
`;

const pipeline = `def see(batch):
    if "fails" in batch.columns:
        raise ValueError("on purpose")
    rows = [dict(zip(batch.columns, row)) for row in zip(*[batch[column] for column in batch.columns])]
    batch["seen"] = [repr(row) for row in rows]
    return batch


def build_steps(request):
    given = repr(request.extractor_config.parameters)
    return {"steps": [see, lambda batch: batch.assign(given=given)]}
`;

/** Texts to send, each with what the handler sees and how Python encodes it. */
export const samples: [what: string, sent: string, seen: string, back: string][] = [
  [
    'numbers',
    '{"i": 12345678901234567890, "f": 2.0, "z": -0.0, "e": 1e2, "s": 1e-7}',
    "{'i': 12345678901234567890, 'f': 2.0, 'z': -0.0, 'e': 100.0, 's': 1e-07}",
    '{"i":12345678901234567890,"f":2.0,"z":-0.0,"e":100.0,"s":1e-07}',
  ],
  [
    'keys',
    '{"2": 1, "1": 2, "__proto__": {"a": 1}, "constructor": 3, "toString": 4}',
    "{'2': 1, '1': 2, '__proto__': {'a': 1}, 'constructor': 3, 'toString': 4}",
    '{"2":1,"1":2,"__proto__":{"a":1},"constructor":3,"toString":4}',
  ],
  ['a key that occurs twice', '{"d": 1, "b": 0, "d": 2}', "{'d': 2, 'b': 0}", '{"d":2,"b":0}'],
  [
    'strings',
    String.raw`{"s": "\u00e9 \ud800 \u2028", "t": "é \u0000 \/ 😀"}`,
    String.raw`{'s': 'é \ud800 \u2028', 't': 'é \x00 / 😀'}`,
    String.raw`{"s":"é \ud800 \u2028","t":"é \u0000 / 😀"}`,
  ],
  ['line breaks between tokens', '{\n  "a": [\r\n    1\n  ]\n}', "{'a': [1]}", '{"a":[1]}'],
];

export const python = z.object({ seen: z.string() });

export interface ExactScene {
  org: Organization;
  /** Path of the version that answers with what it sees. */
  at: string;
  post(path: string, raw: string, headers?: Record<string, string>): ReturnType<Organization['send']>;
}

const batching = `serve_config = {"batching": {"max_size": ${samples.length}, "max_wait_ms": 1000}}\n`;

/** Rows with different keys, each of which the steps see alone. */
const oneByOne = 'compute_profile = {"resource_type": "cpu", "batch_size": 1}\n';

const plugins = {
  exact: {
    'realtime.py': realtime,
    'pipeline.py': pipeline,
    'manifest.py': manifest({ name: 'exact', version: '1.0.0', extra: oneByOne }),
  },
  yields: { 'realtime.py': streaming },
  gathers: {
    'realtime.py': gathering,
    'manifest.py': manifest({ name: 'gathers', version: '1.0.0', extra: batching }),
  },
};

/** Publishes and deploys plugins that answer, yield, and answer in batches what they see, or only the first. */
export async function exactScene({ onlyExact = false } = {}): Promise<ExactScene> {
  const org = await organization();
  for (const [name, files] of Object.entries(plugins).slice(0, onlyExact ? 1 : 3)) {
    await publish(org, plugin({ name, files }));
    await org.post(`${org.plugins}/${name}_1_0_0/deploy`);
    await waitFor(async () =>
      expect((await org.get(`${org.plugins}/${name}_1_0_0/status`)).body).toMatchObject({ deployed: true }),
    );
  }
  const post: ExactScene['post'] = (path, raw, headers = {}) =>
    org.send('POST', path, { raw, headers: { 'content-type': 'application/json', ...headers } });
  return { org, at: `${org.plugins}/exact_1_0_0`, post };
}

// A deployed plugin with batch steps. The test does the work of its runs itself, because messages wait until the test drains them.
import type { Message } from '../../../../src/contract/messages.ts';
import type { RunId } from '../../../../src/core/ids.ts';
import type { Deps } from '../../../../src/deps.ts';
import { createRun, type RunInput } from '../../../../src/features/runs/create-run.ts';
import type { ResultKind } from '../../../../src/features/runs/keys.ts';
import { resultBytes } from '../../../../src/features/runs/results.ts';
import type { Run } from '../../../../src/features/runs/run.ts';
import { findRun } from '../../../../src/features/runs/runs.ts';
import { stopRuns } from '../../../../src/features/runs/stop-runs.ts';
import { workRuns } from '../../../../src/features/runs/work/work-runs.ts';
import { versionSlug } from '../../../../src/registry/versions/versions.ts';
import { sweep } from '../../../../src/sweep.ts';
import { textOf } from '../../../support/json-text.ts';
import type { Files } from '../../../support/plugins/plugin.ts';
import { deploy, type Scene, scene } from '../../../support/scenes/scene.ts';

export const doubling = `def double(batch):
    batch["twice"] = [2 * n for n in batch["n"]]
    return batch


def build_steps(request, container=None):
    return {"steps": [double]}
`;

type SentInput = { rows: object[] } | Exclude<RunInput, { rows: unknown }>;

export interface RunScene extends Scene {
  /** Rows are sent as JSON. */
  create(input: SentInput, more?: { parameters?: object; maxParallel?: number }): Promise<Run>;
  /** Handles all sent messages, and the messages sent in turn. */
  drain(deps?: Deps): Promise<void>;
  /** Lets leases and waits expire, sweeps, and does the due work until the run has ended. */
  finish(id: RunId, deps?: Deps): Promise<Run>;
  row(id: RunId): Promise<Run>;
  lines(run: Run, kind: ResultKind): Promise<unknown[]>;
}

const declaration = 'feature_extractor_name = "rows"\nversion = "1.0.0"\nfeatures = []\n';

export async function runScene(pipeline = doubling, declared = declaration, others: Files = {}): Promise<RunScene> {
  const name = /feature_extractor_name"? ?[=:] "(\w+)"/.exec(declared)?.[1] ?? '';
  const files = { 'pipeline.py': pipeline, 'manifest.py': declared, ...others };
  const made = await scene({ name, realtime: false, files });
  await deploy(made, 'batch_only');
  const { actor, clock, deps, namespaceId, sent, version } = made;
  const row = (id: RunId) => findRun(deps, actor, namespaceId, id);
  const drain = async (by: Deps = deps) => {
    for (let message = take(sent); message; message = take(sent))
      await (message.type === 'stop-runs' ? stopRuns(by, message) : workRuns(by, message.id));
  };
  return {
    ...made,
    row,
    drain,
    create: async (input, { maxParallel = 4, parameters = {} } = {}) => {
      const callee = { by: 'version', namespaceId, pluginId: versionSlug(version) } as const;
      const sent = 'rows' in input ? { rows: input.rows.map(textOf) } : input;
      const request = { input: sent, parameters: textOf(parameters), maxParallel };
      return (await createRun(deps, actor, callee, request)).run;
    },
    finish: async (id, by = deps) => {
      for (let tries = 0; (await row(id)).endedAt === null && tries < 20; tries++) {
        clock.advance(120_000);
        await sweep(by);
        await drain(by);
      }
      return row(id);
    },
    lines: async (run, kind) => {
      const text: string[] = [];
      for await (const bytes of resultBytes(deps, run, kind)) text.push(new TextDecoder().decode(bytes));
      const lines = text.join('').split('\n');
      return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line));
    },
  };
}

/** Messages that stop runs have their own queue, so that they don't wait behind the runs' work. */
function take(sent: Message[]): Extract<Message, { type: 'work-run' | 'stop-runs' }> | undefined {
  const stopping = sent.findIndex(({ type }) => type === 'stop-runs');
  const [message] = stopping === -1 ? sent.splice(0, 1) : sent.splice(stopping, 1);
  if (message === undefined || message.type === 'work-run' || message.type === 'stop-runs') return message;
  return take(sent);
}

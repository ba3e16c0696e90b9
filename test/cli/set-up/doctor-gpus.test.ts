// Tests what `slipway doctor` reports about GPUs: those that builders lend to the organization, and why this machine's builder lends
// none.
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { ownGpus } from '../../../src/cli/set-up/doctor/gpus.ts';
import { folderOf } from '../slipway.ts';
import { doctor, listening, serverThat } from './doctor-server.ts';

const GiB = 1024 ** 3;
const card = { index: 0, uuid: 'GPU-1', name: 'NVIDIA H100', memory_bytes: 80 * GiB, free_bytes: 60 * GiB };
const holders = [{ plugin: 'clip@1.0.0', processes: 4, lent_bytes: 20 * GiB, used_bytes: null }];
const lent = { whole_cards_only: null, cards: [{ ...card, holders }] };

function builder(name: string, gpus: object | null) {
  const reported = { python: '3.12.1', sandbox: 'namespaces', capabilities: [] };
  return { name, mode: 'active', condition: 'ok', ...reported, gpus };
}

test.each<[string, object[], string[]]>([
  ['no GPU', [builder('builder 1', null)], []],
  [
    'a GPU of the only builder',
    [builder('builder 1', lent)],
    ['right NVIDIA H100 (card 0): 60 GiB of 80 GiB free; clip@1.0.0 holds 20 GiB'],
  ],
  [
    'a GPU of one of two builders',
    [builder('builder 1', null), builder('east', { ...lent, cards: [{ ...card, holders: [] }] })],
    ['right east, NVIDIA H100 (card 0): 60 GiB of 80 GiB free'],
  ],
  [
    'a builder that lends only whole cards',
    [
      builder('builder 1', {
        cards: [{ ...card, holders: [] }],
        whole_cards_only: "Its processes can't be found. Run the builder on the host.",
      }),
    ],
    [
      'right NVIDIA H100 (card 0): 60 GiB of 80 GiB free',
      "lacking only whole GPUs are lent: Its processes can't be found; run the builder on the host",
    ],
  ],
])('slipway doctor shows what builders lend to the organization: %s', async (_, builders, expected) => {
  const { code, items } = await doctor(await serverThat({ routes: { '/v1/builders': { builders } } }));
  const shown = items.filter(({ name }) => name === 'gpu');
  expect([code, shown.map((item) => `${item.status} ${item.detail}${'fix' in item ? `; ${item.fix}` : ''}`)]).toEqual([
    0,
    expected,
  ]);
});

test("slipway doctor fails if this machine's builder can't lend the GPUs that it should, and says what to do", async () => {
  const url = await serverThat();
  const body = JSON.stringify({ error: { code: 'unauthorized', message: 'Authentication failed.' } });
  const builderUrl = await listening(createServer((_, response) => void response.writeHead(401).end(body)));
  const state = folderOf({
    'local.json': JSON.stringify({ url, api_key: 'sk_known', namespace_id: 'ns_1', builder_url: builderUrl }),
    'builder/confinement.json': JSON.stringify({
      ...{ sandbox: 'landlock', cgroup: 'none', disk: { temp: 'sampled', data: 'sampled' }, shortfalls: [] },
      gpus: {
        ...{ problem: 'GPUs need the sandbox namespaces. Start the builder as root.', driver: null, cuda: null },
        ...{ cards: [], whole_cards_only: null, trusted_for: null, ended: 0 },
      },
    }),
  });
  const { code, items } = await doctor(url, [], { SLIPWAY_STATE: state });
  expect([code, items.at(-1)]).toEqual([
    1,
    {
      ...{ name: 'gpu', status: 'wrong', fix: 'start the builder as root' },
      detail: 'the builder lends no GPUs: GPUs need the sandbox namespaces',
    },
  ]);
});

test('a machine with a card whose builder lends none is told how', () => {
  expect(ownGpus({}, true)).toEqual([
    {
      ...{ name: 'gpu', status: 'lacking', detail: 'this machine has an NVIDIA GPU, but its builder lends none' },
      fix: 'start it with BUILDER_GPUS=all to run plugins on the GPU, confined (docs/gpus.md)',
    },
  ]);
  expect(ownGpus({}, false)).toEqual([]);
});

// Tests what a confirm reports about a plugin's dependencies.
import { expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const service =
  'class DemoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n';

test('an undeclared import and an unlisted name are warnings; at level strict the name is a note', async () => {
  const files = { 'realtime.py': `import numpy\n${service}`, 'requirements.txt': 'leftpad\n' };
  const [seed, strict] = [await organization(), await organization()];
  await strict.put('/v1/scan-policy', { level: 'strict' });
  const answers = [];
  for (const org of [seed, strict])
    answers.push(await confirm(org, await uploaded(org, plugin({ files }), plugin({ files }).zip)));
  const undeclared = {
    rule: 'SLM407',
    severity: 'warning',
    file: 'realtime.py',
    line: 1,
    message: 'numpy is imported in realtime.py:1 but not declared. Add "numpy" to `dependencies` in manifest.py.',
  };
  const unlisted = { file: 'requirements.txt', line: 1, name: 'leftpad' };
  expect(answers).toMatchObject([
    {
      status: 200,
      body: {
        validation_status: 'passed',
        warnings: [undeclared, { ...unlisted, rule: 'SLM406', severity: 'warning' }],
      },
    },
    {
      status: 200,
      body: {
        validation_status: 'passed',
        warnings: [undeclared, { ...unlisted, rule: 'SLP190', severity: 'note' }],
      },
    },
  ]);
});

test('a tunnel rejects the upload, and so do two pins of the same name', async () => {
  const org = await organization();
  const files = { 'requirements.txt': 'pyngrok\nhttpx==0.27.0\nhttpx==0.28.1\n' };
  const { status, body } = await confirm(org, await uploaded(org, plugin({ files }), plugin({ files }).zip));
  expect({ status, body }).toMatchObject({
    status: 400,
    body: {
      violations: [
        { rule: 'SLM106', file: 'requirements.txt', line: 1, name: 'pyngrok' },
        { rule: 'SLM405', file: 'requirements.txt', line: 2, name: 'httpx' },
      ],
    },
  });
});

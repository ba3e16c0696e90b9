// Tests that pipeline steps that ask for a GPU are found without running the pipeline (plugin format §3).
import { describe, expect, test } from 'vitest';
import { identity, messages, places, pluginOf, read, type Texts } from './plugin.ts';

const imports =
  'from engine.plugins.extractors.pipeline import PipelineDefinition, StepDefinition, ResourceType, build_pipeline_steps\n';

function pipelineOf(step: string, head = imports): string {
  return `${head}\ndef build_steps(extractor_request, container=None, **kwargs):\n    steps = [${step}]\n    return {"steps": build_pipeline_steps(PipelineDefinition("p", "1", steps))}\n`;
}

async function readSteps(pipeline: string, more: Texts = {}) {
  const { manifest, problems, warnings } = await read(
    pluginOf({ 'manifest.py': identity, 'pipeline.py': pipeline, ...more }),
  );
  expect(problems).toEqual([]);
  return { steps: manifest?.gpu_steps, warnings };
}

const messageWith = (more: string) =>
  `The step "Embedder" at pipeline.py:4 asks for ResourceType.GPU${more}. So the whole version, realtime and runs, runs in Slipway's sandbox on a builder that lends GPUs to its organization (docs/gpus.md), or else on a Ray cluster that an operator connected for its organization, with that cluster's level of trust. Without either, its deployment is refused. Each process gets one GPU. To share a GPU, set num_gpus or gpu_memory_gb in serve_config. If the step can run without one, use ResourceType.CPU.`;

describe('a step that asks for a GPU', () => {
  test('a step that asks for a GPU causes a warning that names the step and its line, and is recorded in the manifest', async () => {
    const { steps, warnings } = await readSteps(pipelineOf('StepDefinition(Embedder, resource_type=ResourceType.GPU)'));
    expect(places(warnings)).toEqual(['SLM410 pipeline.py:4:14 Embedder']);
    expect(messages(warnings)).toEqual([messageWith('')]);
    expect(steps).toEqual([{ service: 'Embedder', at: 'pipeline.py:4' }]);
  });

  const module = 'engine.plugins.extractors.pipeline';
  test.each([
    ['a keyword', pipelineOf('StepDefinition(service_class=Embedder, resource_type=ResourceType.GPU)')],
    ['the second argument', pipelineOf('StepDefinition(Embedder, ResourceType.GPU, {})')],
    ['its value', pipelineOf('StepDefinition(Embedder, resource_type=ResourceType.GPU.value)')],
    ['a text', pipelineOf('StepDefinition(Embedder, resource_type="gpu")')],
    ['a member by its name', pipelineOf('StepDefinition(Embedder, resource_type=ResourceType["GPU"])')],
    ['a member by its value', pipelineOf('StepDefinition(Embedder, resource_type=ResourceType("gpu"))')],
    ['parentheses', pipelineOf('StepDefinition(Embedder, resource_type=(ResourceType.GPU))')],
    [
      'aliases',
      pipelineOf(
        'Step(Embedder, resource_type=RT.GPU)',
        `${imports}from ${module} import StepDefinition as Step, ResourceType as RT\n`,
      ),
    ],
    [
      'an alias of the module',
      pipelineOf('p.StepDefinition(Embedder, resource_type=p.ResourceType.GPU)', `${imports}import ${module} as p\n`),
    ],
    [
      'a constant',
      pipelineOf('StepDefinition(Embedder, resource_type=DEVICE)', `${imports}DEVICE = ResourceType.GPU\n`),
    ],
    [
      'a constant of a constant',
      pipelineOf('StepDefinition(Embedder, resource_type=B)', `${imports}A = ResourceType.GPU\nB = A\n`),
    ],
    ['an enabled step', pipelineOf('StepDefinition(Embedder, resource_type=ResourceType.GPU, enabled=True)')],
  ])('a step that asks for a GPU is found: %s', async (_, pipeline) => {
    const { steps, warnings } = await readSteps(pipeline);
    expect(warnings.map(({ ruleId }) => ruleId)).toEqual(['SLM410']);
    expect(steps).toMatchObject([{ service: 'Embedder' }]);
  });

  test('each step that asks for a GPU is found, even in a file imported by pipeline.py', async () => {
    const { steps, warnings } = await readSteps(
      'from .steps import steps\n\ndef build_steps(r, container=None):\n    return {"steps": steps}\n',
      {
        'steps.py': `${imports}steps = [\n    StepDefinition(A, ResourceType.GPU),\n    StepDefinition(B),\n    StepDefinition(C, ResourceType.GPU),\n]\n`,
      },
    );
    expect(places(warnings)).toEqual(['SLM410 steps.py:3:5 A', 'SLM410 steps.py:5:5 C']);
    expect(steps).toEqual([
      { service: 'A', at: 'steps.py:3' },
      { service: 'C', at: 'steps.py:5' },
    ]);
  });

  test.each([
    [
      'an if',
      `${imports}\ndef build_steps(r, container=None):\n    steps = []\n    if r:\n        steps.append(StepDefinition(Embedder, ResourceType.GPU))\n    return {"steps": steps}\n`,
    ],
    ['a conditional expression', pipelineOf('StepDefinition(Embedder, ResourceType.GPU) if kwargs else None')],
    [
      'a try',
      `${imports}try:\n    step = StepDefinition(Embedder, ResourceType.GPU)\nexcept Exception:\n    step = None\n\ndef build_steps(r, container=None):\n    return {"steps": [step]}\n`,
    ],
  ])('a step that the pipeline may leave out counts like any other: %s', async (_, pipeline) => {
    const { steps, warnings } = await readSteps(pipeline);
    expect(places(warnings)[0]).toMatch(/^SLM410 pipeline\.py:\d+:\d+ Embedder$/);
    expect(steps).toMatchObject([{ service: 'Embedder' }]);
  });
});

test('a pipeline with thousands of steps has only the first steps in its manifest', async () => {
  const { steps, warnings } = await readSteps(pipelineOf('StepDefinition(E, ResourceType.GPU),\n'.repeat(5000)));
  expect([steps?.length, warnings.length]).toEqual([20, 100]);
});

describe('a step that does not ask for a GPU', () => {
  test.each([
    ['the CPU', pipelineOf('StepDefinition(Embedder, resource_type=ResourceType.CPU)')],
    ['the default', `${pipelineOf('StepDefinition(Embedder)')}# not on a GPU\n`],
    ['an API', `${pipelineOf('StepDefinition(Embedder, ResourceType.API)')}# not on a GPU\n`],
    ['a disabled step', pipelineOf('StepDefinition(Embedder, resource_type=ResourceType.GPU, enabled=False)')],
    [
      'a name with several values',
      pipelineOf(
        'StepDefinition(Embedder, DEVICE)',
        `${imports}DEVICE = ResourceType.GPU\nDEVICE = ResourceType.CPU\n`,
      ),
    ],
    ['a constant of itself', pipelineOf('StepDefinition(Embedder, gpu)', `${imports}gpu = gpu\n`)],
    ['a choice', pipelineOf('StepDefinition(Embedder, ResourceType.GPU if kwargs else ResourceType.CPU)')],
    ['a call of something else', pipelineOf('Definition(Embedder, ResourceType.GPU), StepDefinition(Embedder)')],
    ['unpacked arguments', pipelineOf('StepDefinition(*("gpu", "gpu"))')],
    ['another member', pipelineOf('StepDefinition(Embedder, resource_type=Other.GPU)')],
    ['a text in another case, which Python refuses', pipelineOf('StepDefinition(Embedder, resource_type="GPU")')],
  ])('a step that does not ask for a GPU is not reported: %s', async (_, pipeline) => {
    expect(await readSteps(pipeline)).toEqual({ steps: undefined, warnings: [] });
  });
});

test.each([
  ['compute_profile = {"resource_type": "cpu"}', ', which overrides resource_type "cpu" in manifest.py'],
  ['serve_config = {"num_gpus": 0}', ', which overrides num_gpus 0 in manifest.py'],
])('a step gets a GPU even if manifest.py has %s, and the warning says so', async (declared, more) => {
  const { steps, warnings } = await readSteps(pipelineOf('StepDefinition(Embedder, ResourceType.GPU)'), {
    'manifest.py': `${identity}${declared}\n`,
  });
  expect(messages(warnings)).toEqual([messageWith(more)]);
  expect(steps).toHaveLength(1);
});

test('a step may use the GPU that manifest.py asks for', async () => {
  const { warnings } = await readSteps(pipelineOf('StepDefinition(Embedder, ResourceType.GPU)'), {
    'manifest.py': `${identity}compute_profile = {"resource_type": "gpu"}\n`,
  });
  expect(places(warnings)).toEqual(['SLM410 manifest.py:3:37 compute_profile.resource_type']);
});

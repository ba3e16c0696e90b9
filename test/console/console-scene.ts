// Sets the scene for console tests: a running Slipway with plugins in every state, and a browser.
import { basename } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { type Local, signInLink } from '../../scripts/local/organization.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from '../e2e/slipway.ts';
import { launchChromium, pageWaitMs, signInByLink } from './chromium.ts';
import { collectViolations, type Violation } from './faults.ts';

/** A scene builds the console and deploys plugins, which takes minutes on a busy machine. */
const startMs = 15 * 60_000;
const liveMs = 5 * 60_000;

/** Texts that an attacker would put wherever pages show text. None of them may become markup or be hidden. */
export const hostileTexts = [
  '<img src=x onerror="document.title=1">',
  '</script><script>document.title=1</script>',
  '<svg onload="document.title=1">',
  '[click](javascript:document.title=1)',
  '\u202etxt.exe',
  '\u001b[31mred',
];

export interface ConsoleScene {
  local: Local;
  client: ExtractorClient;
  /** Returns a signed-in page in a new browser profile. */
  signedInPage(options?: Parameters<Browser['newContext']>[0]): Promise<Page>;
  newContext(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>;
  /** Content security policy violations on all pages. */
  violations: Violation[];
  /** Returns the path of a namespace page. */
  path(rest: string): string;
}

interface StartedScene extends ConsoleScene {
  /** The state folder, which is kept after the scene has stopped. */
  state: string;
  stop(): Promise<void>;
}

interface SceneOptions {
  plugins?: boolean;
  args?: string[];
  env?: NodeJS.ProcessEnv;
}

/** Starts Slipway and a browser. `--no-demo` skips the demo plugin. */
export async function startScene(options: SceneOptions = {}): Promise<StartedScene> {
  const { plugins = true, args = ['--no-demo'], env = {} } = options;
  const slipway = await startSlipway(await newStateFolder(), { args, env: { SLIPWAY_ALLOW_LOOPBACK: '1', ...env } });
  try {
    const local = await slipway.ready(startMs);
    if (plugins) await publishAll(new ExtractorClient(local));
    return sceneOf(slipway, local, await launchChromium());
  } catch (cause) {
    await slipway.stop();
    await removeState(slipway.state);
    throw cause;
  }
}

function sceneOf(slipway: Slipway, local: Local, browser: Browser): StartedScene {
  const violations: Violation[] = [];
  const newContext = async (options = {}) => {
    const context = await browser.newContext({ baseURL: local.url, ...options });
    context.setDefaultTimeout(pageWaitMs);
    await collectViolations(context, violations);
    return context;
  };
  return {
    local,
    client: new ExtractorClient(local),
    state: slipway.state,
    newContext,
    violations,
    signedInPage: async (options) => {
      const page = await (await newContext(options)).newPage();
      await signInByLink(page, await signInLink(local));
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      return page;
    },
    path: (rest) => `/n/${local.namespace_id}/${rest}`,
    stop: async () => {
      await browser.close();
      await slipway.stop();
    },
  };
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: '@local' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Slipway' }).waitFor();
}

/**
 * Starts a scene before the tests in a file, and stops it after them. Starting is faster without plugins. Checks and reports that the
 * content security policy refused nothing on any page.
 */
export function consoleScene(options: Omit<SceneOptions, 'args'> = {}): ConsoleScene {
  let scene: StartedScene;
  beforeAll(async () => {
    scene = await startScene(options);
  }, startMs);
  afterAll(async () => {
    // Undefined if the start failed, which leaves nothing to stop.
    if (scene === undefined) return;
    await scene.stop();
    await removeState(scene.state);
    const { testPath = '' } = expect.getState();
    process.stdout.write(`${basename(testPath)}: the content security policy refused ${scene.violations.length}\n`);
    expect(scene.violations).toEqual([]);
  });
  return {
    get local() {
      return scene.local;
    },
    get client() {
      return scene.client;
    },
    get violations() {
      return scene.violations;
    },
    signedInPage: (contextOptions) => scene.signedInPage(contextOptions),
    newContext: (contextOptions) => scene.newContext(contextOptions),
    path: (rest) => scene.path(rest),
  };
}

/**
 * `echo` has three live versions, `broken` failed, `hostile` has texts and findings that contain markup, and `spare` has a README and
 * can be undeployed.
 */
async function publishAll(client: ExtractorClient): Promise<void> {
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
    await publish(client, described(version));
    await client.deploy(`echo_${version.replaceAll('.', '_')}`);
    await waitUntilSettled(client, `echo_${version.replaceAll('.', '_')}`, liveMs);
  }
  await publish(client, broken());
  await client.deploy('broken_1_0_0');
  await waitUntilSettled(client, 'broken_1_0_0', liveMs);
  await publish(client, hostile());
  await publish(client, rejected()).catch(() => undefined);
  await publish(client, spare());
  await client.deploy('spare_1_0_0');
  await waitUntilSettled(client, 'spare_1_0_0', liveMs);
}

/** Fails if a row has no text. */
const countingPipeline = `def count(batch):
    batch["words"] = [len(text.split()) for text in batch["text"]]
    return batch


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": [count]}
`;

/** `echo` with a schema, examples, batch steps, and a log line per call. */
function described(version: string) {
  const plugin = echoPlugin('echo', version);
  const properties =
    '{"text": {"type": "string"}, "times": {"type": "integer"}, "mode": {"enum": ["plain", "loud"]}, "fail": {"type": "boolean"}, "tags": {"type": "array"}}';
  const failing = `        print("called with", inputs)
        if inputs.get("fail"):
            raise ValueError("it was asked to fail")
        return`;
  const files = {
    ...plugin.files,
    'pipeline.py': countingPipeline,
    'manifest.py': `${plugin.files['manifest.py']}input_schema = {"type": "object", "properties": ${properties}, "required": ["text"]}\n`,
    'realtime.py': plugin.files['realtime.py'].replace('        return', failing),
    'tests/examples/hello.json': JSON.stringify({ inputs: { text: 'hello', times: 2 } }),
    'tests/examples/loud.json': JSON.stringify({ inputs: { text: 'hey', mode: 'loud' }, parameters: { volume: 11 } }),
  };
  return { ...plugin, files };
}

function broken() {
  const plugin = echoPlugin('broken', '1.0.0');
  const failing = plugin.files['realtime.py'].replace('time.sleep(0)', 'raise RuntimeError("no model here")');
  return { ...plugin, files: { ...plugin.files, 'realtime.py': failing } };
}

const spareReadme = `# Spare

Returns its inputs, and [a vector](manifest.py) of two numbers. [Echoes](https://example.com) are older.

## Call it

\`\`\`json
{ "inputs": { "text": "hello" } }
\`\`\`

| Field | Meaning |
|---|---|
| \`text\` | what to return |

- [x] It answers
- [ ] It learns
`;

/** `echo` 1.3.0, which the scan rejects. */
function rejected() {
  const plugin = described('1.3.0');
  const calling = plugin.files['realtime.py'].replace('        return', '        os.system("ls")\n        return');
  return { ...plugin, files: { ...plugin.files, 'realtime.py': `import os\n${calling}` } };
}

function spare() {
  const plugin = echoPlugin('spare', '1.0.0');
  return { ...plugin, files: { ...plugin.files, 'README.md': spareReadme } };
}

function hostile() {
  const plugin = echoPlugin('hostile', '1.0.0');
  const text = JSON.stringify(hostileTexts.join(' ')).replaceAll('\\u', '\\\\u');
  const comments = hostileTexts.map((line) => `# ${line}`).join('\n');
  const manifest = plugin.files['manifest.py'].replace('"Echoes its inputs"', text.replaceAll('\\\\u', '\\u'));
  return { ...plugin, files: { ...plugin.files, 'manifest.py': manifest, 'notes.py': `${comments}\n` } };
}

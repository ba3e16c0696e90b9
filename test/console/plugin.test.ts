// Tests a plugin's page, with its calls and its versions' history, and the playground, which calls the plugin.
// @module-tag long
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exactJson } from '../support/exact-json.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

async function openPlayground(query = ''): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(scene.path(`plugins/echo/playground${query}`));
  await page.getByLabel('Example').waitFor();
  return page;
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

/** Makes a call, and returns the request body. */
async function sentByCall(page: Page): Promise<string | null> {
  const request = page.waitForRequest(/\/realtime/);
  await press(page, 'Call');
  return (await request).postData();
}

describe('the playground', () => {
  test("the playground calls with the form's values, and shows the answer, the time, the call's log and the request", async () => {
    const page = await openPlayground();
    await page.getByLabel('text (required)').fill('a new text');
    await page.getByLabel('times').fill('3');
    await page.getByLabel('mode').selectOption('plain');
    await press(page, 'Call');
    const answer = page.getByRole('region', { name: 'Answer of echo' });
    await answer.getByText('success').waitFor();
    expect(await answer.getByRole('region', { name: 'Answer' }).innerText()).toContain(
      '"inputs": {\n    "text": "a new text",\n    "times": 3,\n    "mode": "plain"\n  }',
    );
    await answer.getByText("called with {'text': 'a new text', 'times': 3, 'mode': 'plain'}").waitFor();
    await answer.getByText(/^req_/).waitFor();
    await answer.getByText(/ms in the plugin/).waitFor();
  });

  test('the playground starts with the first example, and loads another example with its parameters', async () => {
    const page = await openPlayground();
    await expect.poll(() => page.getByLabel('text (required)').inputValue()).toBe('hello');
    await page.getByLabel('Example').selectOption('loud');
    expect(await page.getByLabel('text (required)').inputValue()).toBe('hey');
    await page.getByText('Parameters', { exact: true }).click();
    expect(JSON.parse(await page.getByLabel('Parameters as JSON').inputValue())).toEqual({ volume: 11 });
  });

  test('the playground has the same inputs as a form and as JSON, and makes no call unless the JSON is an object', async () => {
    const page = await openPlayground();
    await page.getByLabel('text (required)').fill('shared');
    await press(page, 'JSON');
    expect(JSON.parse(await page.getByLabel('Inputs as JSON').inputValue())).toMatchObject({ text: 'shared' });
    await page.getByLabel('Inputs as JSON').fill('[1]');
    await page.getByText('Use a JSON object.').waitFor();
    expect(await page.getByRole('button', { name: 'Call', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Inputs as JSON').fill('{"text": "corrected", "tags": [1]}');
    await press(page, 'Form');
    expect(await page.getByLabel('text (required)').inputValue()).toBe('corrected');
    expect(await page.getByLabel('tags').inputValue()).toBe('[1]');
  });

  test("the playground sends JSON as written, and shows the plugin's numbers unchanged", async () => {
    const page = await openPlayground();
    await press(page, 'JSON');
    await page.getByLabel('Inputs as JSON').fill(exactJson);
    expect(await sentByCall(page)).toBe(`{"inputs":${exactJson},"parameters":{}}`);
    const answer = page.getByRole('region', { name: 'Answer', exact: true });
    await answer.getByText('"i": 12345678901234567890,\n    "f": 2.0,\n    "z": -0.0').waitFor();
  });

  test('a number typed into the form is sent as typed', async () => {
    const page = await openPlayground();
    await page.getByLabel('times').fill('12345678901234567890');
    expect(await sentByCall(page)).toContain('"times": 12345678901234567890');
    const answer = page.getByRole('region', { name: 'Answer', exact: true });
    await answer.getByText('"times": 12345678901234567890').waitFor();
  });

  test('the playground calls two versions side by side, and shows whether their answers are equal', async () => {
    const page = await openPlayground('?version=1.2.0&compare=1.0.0');
    await press(page, 'Call both');
    await page.getByText('Both versions returned the same result.').waitFor();
    for (const version of ['1.2.0', '1.0.0'])
      await page
        .getByRole('region', { name: `Answer of ${version}` })
        .getByText('success')
        .waitFor();
  });

  test('the playground shows errors from the plugin, and refusals from Slipway with the request', async () => {
    // A version that is neither live nor a rollback target, since rollbacks skip failing versions.
    const page = await openPlayground('?version=1.0.0');
    await page.getByLabel('fail').check();
    await press(page, 'Call');
    await page.getByText('ValueError: it was asked to fail', { exact: true }).first().waitFor();

    await page.goto(scene.path('plugins/echo/playground?version=9.9.9'));
    const refused = page.getByRole('alert');
    await refused.getByRole('heading', { name: 'Not found' }).waitFor();
    await refused.getByText(/^req_/).waitFor();
  });

  test('the playground shows that an answer matches the manifest, and folds long vectors until they are opened', async () => {
    const page = await openPlayground();
    await press(page, 'JSON');
    const tags = Array.from({ length: 20 }, (_, place) => place);
    await page.getByLabel('Inputs as JSON').fill(JSON.stringify({ text: 'long', tags }));
    await press(page, 'Call');
    const answer = page.getByRole('region', { name: 'Answer of echo' });
    await answer.getByText('Matches manifest.py').waitFor();
    const json = answer.getByRole('region', { name: 'Answer', exact: true });
    expect(await json.innerText()).toContain('"tags": [0, 1, 2, 3, … 20 numbers]');
    await press(page, 'Every number');
    expect(await json.innerText()).toContain('18,\n      19\n    ]');
  });

  test('the playground shows the call in other languages, with shell-safe quoting', async () => {
    const page = await openPlayground('?version=1.1.0');
    await page.getByLabel('text (required)').fill("it's $HOME");
    await page.getByText('This call in other languages').click();
    const code = async (language: string) => {
      await press(page, language);
      return page.getByRole('region', { name: `Call in ${language}` }).innerText();
    };
    const { namespace_id, url: origin } = scene.local;
    expect(await code('slipway')).toContain(
      `slipway invoke echo@1.1.0 --namespace '${namespace_id}' -d '{"text": "it'\\''s $HOME", "times": 2}'`,
    );
    const url = `/v1/namespaces/${namespace_id}/plugins/echo_1_1_0/realtime/test`;
    for (const language of ['curl', 'Python', 'JavaScript', 'Go'])
      for (const part of [origin, url]) expect(await code(language)).toContain(part);
  });

  test("the first page loaded does not include the playground's code", async () => {
    const page = await (await scene.newContext()).newPage();
    const loaded: string[] = [];
    page.on('response', (response) => loaded.push(new URL(response.url()).pathname));
    await page.goto('/');
    await page.getByLabel('API key').waitFor();
    expect(loaded.filter((path) => path.includes('playground'))).toEqual([]);
  });
});

describe("a plugin's page", () => {
  test("a plugin's page shows the live version, the rollback target, and the last day's calls as numbers", async () => {
    const page = await openPlayground();
    await press(page, 'Call');
    await page.getByText('success').waitFor();
    await page.goto(scene.path('plugins/echo'));
    await page.getByText('Live 1.2.0').waitFor();
    const calls = page.getByText('Calls, 24 h').locator('..').getByRole('definition');
    await expect.poll(() => calls.innerText()).toMatch(/^[1-9]\d*$/);
    const counted = page.getByRole('table', { name: 'Calls per hour' }).locator('tbody tr');
    await expect.poll(() => counted.count()).toBe(24);
    expect(await page.getByRole('table', { name: 'Latency' }).getByRole('columnheader').allInnerTexts()).toEqual([
      'Time (UTC)',
      'p50',
      'p95',
    ]);
    await press(page, 'Roll back to 1.1.0…');
    await page.getByRole('link', { name: 'Compare 1.2.0 and 1.1.0' }).click();
    await page.getByRole('heading', { name: 'echo 1.2.0 to 1.1.0' }).waitFor();
  });

  test("a plugin's page merges published versions, deployments and rejected uploads into one timeline", async () => {
    const page = await scene.signedInPage();
    await page.goto(scene.path('plugins/echo/versions'));
    const entries = page.getByRole('list', { name: 'Versions and rejected uploads' }).locator('> li');
    await entries.getByText('1.3.0').waitFor();
    const states = await entries
      .locator('.timeline-line')
      .evaluateAll((lines) =>
        lines.map((line) =>
          [...line.querySelectorAll('h3, .status')].map((part) => part.textContent?.trim()).join(' '),
        ),
      );
    expect(states).toEqual(['1.3.0 Rejected', '1.2.0 Live', '1.1.0 Standby', '1.0.0 Standby']);
    await entries
      .nth(1)
      .getByText(/deployment 1 .*Live .* in /)
      .waitFor();
  });

  test('a sleeping instance has a different color from a running one', async () => {
    const page = await scene.signedInPage();
    const figure = page.getByText('Instance', { exact: true }).locator('..').locator('.status');
    const classesOf = async (state: string) => {
      await page.route('**/plugins/echo_1_2_0/status', async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(/"state":"\w+"/, `"state":"${state}"`);
        await route.fulfill({ response, body });
      });
      await page.goto(scene.path('plugins/echo'));
      await figure.getByText(state, { exact: false }).waitFor();
      return figure.getAttribute('class');
    };
    expect([await classesOf('running'), await classesOf('asleep')]).toEqual(['status good', 'status quiet']);
  });

  test("a plugin's page marks a version that was never live", async () => {
    const page = await scene.signedInPage();
    await page.goto(scene.path('plugins/broken'));
    await page.getByText('Never live').waitFor();
    expect(await page.getByRole('button', { name: /^Roll back/ }).count()).toBe(0);
  });
});

// Tests instances of compiled plugins: hello, calls, crashes and sandboxing. Takes 4 s, or 10 s with an empty compile cache: Go compiles
// two plugins.
// @module-tag go
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type ExecutableSpec, requestHeader } from '../../../src/contract/builder/instances.ts';
import { artifactOf, coldCacheMs, executableSpec, operate, pipelinePlugin, startGoBuilder } from '../go-support.ts';
import { processText } from '../live-files.ts';
import { eventually, isRoot, refusal, type TestBuilder } from '../support.ts';

const environmentModel = z.object({ folder: z.string(), uid: z.int(), variables: z.array(z.string()) });

/** A pipeline plugin with an action for everything the tests try. */
const pipeline = pipelinePlugin(
  `text, _ := params["text"].(string)
	switch action {
	case "echo":
		ctx.SetStepData("echo", "seen", text)
		return params, nil
	case "print":
		fmt.Println(text)
		return nil, nil
	case "fail":
		return nil, errors.New(text)
	case "panic":
		panic(text)
	case "die":
		go func() { panic(text) }()
		select {}
	case "exit":
		os.Exit(7)
	case "hang":
		select {}
	case "unspeakable":
		return map[string]interface{}{"f": func() {}}, nil
	case "read":
		_, err := os.ReadFile(text)
		return map[string]interface{}{"read": err == nil}, nil
	case "dial":
		_, err := net.DialTimeout("tcp", text, time.Second)
		return map[string]interface{}{"connected": err == nil}, nil
	case "run":
		return map[string]interface{}{"ran": exec.Command(text).Run() == nil}, nil
	case "environment":
		folder, _ := os.Getwd()
		return map[string]interface{}{"folder": folder, "variables": os.Environ(), "uid": os.Getuid()}, nil
	case "secret":
		value, err := ctx.Secret(text)
		fmt.Println("secret:", value)
		return map[string]interface{}{"value": value}, err
	case "memory":
		go func() {
			taken := make([]byte, 8<<30)
			for at := 0; at < len(taken); at += 4096 {
				taken[at] = 1
			}
		}()
		return nil, nil
	}
	return nil, errors.New("unknown action")`,
  {
    imports: '"errors"\n\t"fmt"\n\t"net"\n\t"os"\n\t"os/exec"\n\t"time"',
    more: 'var _, _ = fmt.Println("before main")\n',
  },
);

const misfit = `package main

type plugin struct{}

var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}) (map[string]interface{}, error) { return params, nil }
`;

let builder: TestBuilder;
let pipelineArtifact: string;
beforeAll(async () => {
  builder = await startGoBuilder({
    limits: { callMs: 500, hangMs: 200, pingMs: 200, memoryBytes: 512 * 1024 * 1024 },
  });
  pipelineArtifact = await artifactOf(builder, { 'plugin.go': pipeline });
}, coldCacheMs);
afterAll(() => builder.close());

let names = 0;
async function started(artifact: string, rest: Partial<ExecutableSpec> = {}): Promise<string> {
  const id = `dep_${names++}`;
  const events = await builder.put(id, executableSpec(artifact, rest));
  expect(events.at(-1)).toMatchObject({ type: 'ready', instance: { id, state: 'ready', code: artifact } });
  return id;
}

/** Calls one of the pipeline plugin's actions and returns the response body. */
async function act(id: string, action: string, text = ''): Promise<unknown> {
  const { status, body } = await operate(builder, id, 'execute', { action, params: { text } });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

async function output(id: string, action: string, text = ''): Promise<unknown> {
  return ((await act(id, action, text)) as { result: { output: unknown } }).result.output;
}

describe('hello', () => {
  test('hello names the method with the wrong signature', async () => {
    const artifact = await artifactOf(builder, { 'plugin.go': misfit });
    const events = await builder.put('dep_misfit', executableSpec(artifact));
    expect(events.at(-1)).toEqual({
      type: 'failed',
      error: {
        code: 'wrong-interface',
        message:
          'Plugin has incompatible type main.plugin: it is not a pipeline plugin (method Execute(string, map[string]interface{}) (map[string]interface{}, error) must be Execute(string, map[string]interface{}, *models.PipelineContext) (map[string]interface{}, error))',
      },
    });
  });

  test('hello names every method that a plugin lacks for another kind', async () => {
    const events = await builder.put('dep_kind', executableSpec(pipelineArtifact, { kind: 'storage' }));
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'failed', error: { code: 'wrong-interface' } });
    for (const method of ['Initialize', 'CreateSchema', 'Store', 'Retrieve', 'Update', 'Delete', 'GetMetadata']) {
      expect(JSON.stringify(last)).toContain(`missing method ${method}(`);
    }
  });

  test('hello is never sent by a program that is not a plugin', { tags: 'long' }, async () => {
    const text = new TextEncoder().encode(`#!${inject('python')}\n`);
    const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', text)).toString('hex');
    await builder.send('PUT', `/blobs/${sha256}`, text);
    const events = await builder.put('dep_none', executableSpec(sha256));
    expect(events.at(-1)).toEqual({
      type: 'failed',
      error: { code: 'process-died', message: 'The process exited: exit code 0.' },
    });
  });
});

describe('calls to a pipeline plugin', () => {
  let id: string;
  beforeAll(async () => {
    id = await started(pipelineArtifact);
  });

  test("calls to a pipeline plugin return Execute's result and the context", async () => {
    expect(await act(id, 'echo', 'zwölf\n"12"')).toEqual({
      result: {
        output: { text: 'zwölf\n"12"' },
        context: { steps: { echo: { seen: 'zwölf\n"12"' } }, max_size: 0 },
      },
    });
  });

  test('calls to a pipeline plugin can have a multi-line body', async () => {
    const body = JSON.stringify({ method: 'execute', params: { action: 'echo', params: { text: 'x' } } }, null, 2);
    const { status } = await builder.send('POST', `/instances/${id}/invoke`, `\n${body}\r\n`);
    expect(status).toBe(200);
  });

  test.each<[string, string, unknown]>([
    ['an error', 'fail', { error: { code: 'plugin_error', message: 'x' } }],
    [
      'a panic',
      'panic',
      { error: { code: 'plugin_panic', message: 'x', stack: expect.stringContaining('/plugin.go:') } },
    ],
    [
      'a result that is not JSON',
      'unspeakable',
      {
        error: { code: 'plugin_error', message: "the result can't be encoded as JSON: json: unsupported type: func()" },
      },
    ],
  ])('calls to a pipeline plugin return %s as a result', async (_, action, answer) => {
    expect(await act(id, action, 'x')).toEqual(answer);
  });

  test('calls to a pipeline plugin with unknown methods or wrong parameters return an error as their result', async () => {
    const unknown = await operate(builder, id, 'store');
    expect(unknown.body).toEqual({ error: { code: 'unknown_method', message: 'unknown method' } });
    const { body } = await operate(builder, id, 'execute', { action: 7 });
    expect(body).toMatchObject({ error: { code: 'bad_request' } });
  });

  test.each([
    ['another id', '{"method":"execute","id":1,"params":{}}'],
    ['another id, disguised', '{"method":"execute","ID":1}'],
    ['a second message', '{"method":"ping"}\n{"id":1,"method":"ping"}'],
    ['text that is not JSON', 'hello'],
    ['truncated JSON', '{"method":"execute","params":{'],
  ])('calls to a pipeline plugin with %s are refused', async (_, body) => {
    expect(refusal(await builder.send('POST', `/instances/${id}/invoke`, body))).toBe('422 invalid-request');
  });

  test('calls to a pipeline plugin run concurrently, each with its own response', { tags: 'long' }, async () => {
    const texts = Array.from({ length: 64 }, (_, i) => `text ${i}`);
    const outputs = await Promise.all(texts.map((text) => output(id, 'echo', text)));
    expect(outputs).toEqual(texts.map((text) => ({ text })));
  });

  test("calls to a pipeline plugin can read the instance's secrets, which are masked in the log and in errors", async () => {
    const secret = 'kQ7-secret-of-the-tests';
    const events = await builder.put('dep_secret', executableSpec(pipelineArtifact, { secrets: { TOKEN: secret } }));
    expect(events.at(-1)).toMatchObject({ type: 'ready' });
    expect(await output('dep_secret', 'secret', 'TOKEN')).toEqual({ value: secret });
    expect(await act('dep_secret', 'fail', secret)).toEqual({ error: { code: 'plugin_error', message: '***' } });
    expect(await act('dep_secret', 'secret', 'OTHER')).toMatchObject({ error: { code: 'plugin_error' } });
    expect(JSON.stringify(await output('dep_secret', 'environment'))).not.toContain(secret);
    await eventually(() => builder.logs('dep_secret')).toContain('stderr: secret: ***');
  });

  test('calls to a pipeline plugin log their output; a call that runs alone also logs its request ID', async () => {
    const body = JSON.stringify({ method: 'execute', params: { action: 'print', params: { text: 'printed' } } });
    await builder.fetch(`/instances/${id}/invoke`, { method: 'POST', body, headers: { [requestHeader]: 'req_1' } });
    const line = expect.objectContaining({ stream: 'stderr', line: 'printed', request: 'req_1' });
    await eventually(() => builder.logLines(id)).toContainEqual(line);
    expect((await builder.logs(id)).filter((each) => each.includes('\x1e'))).toEqual([]);
    expect(await builder.logs(id)).toContain('stdout: before main');
  });
});

describe('a process that ends', () => {
  test.each([
    ['by an unrecoverable panic', 'die'],
    ['by itself', 'exit'],
  ])('a process that ends %s fails its call, and is restarted', async (_, action) => {
    const id = await started(pipelineArtifact);
    const { status, body } = await operate(builder, id, 'execute', { action, params: { text: 'x' } });
    expect(refusal({ status, body })).toBe('502 instance-crashed');
    expect(await output(id, 'echo', 'back')).toEqual({ text: 'back' });
    expect(await builder.status(id)).toMatchObject({ state: 'ready', restarts: 1 });
  });

  test('a process with a hanging call is ended and restarted', async () => {
    const id = await started(pipelineArtifact);
    expect(refusal(await operate(builder, id, 'execute', { action: 'hang' }))).toBe('504 call-timeout');
    await eventually(async () => (await builder.status(id)).restarts).toBe(1);
    expect(await output(id, 'echo', 'back')).toEqual({ text: 'back' });
  });

  test('a process that stops responding is ended and restarted', { tags: 'long' }, async () => {
    const id = await started(pipelineArtifact);
    const [pid] = processesOf(id);
    if (pid === undefined) throw new Error('there is no process');
    process.kill(pid, 'SIGSTOP');
    await eventually(async () => (await builder.status(id)).restarts).toBe(1);
    expect(await builder.logs(id)).toContain('host: The process exited: it stopped responding. Restarting.');
  });

  test('a process that ends because its instance stops leaves nothing behind', { tags: 'long' }, async () => {
    const id = await started(pipelineArtifact);
    expect(await builder.send('DELETE', `/instances/${id}`)).toEqual({ status: 204, body: undefined });
    expect(processesOf(id)).toEqual([]);
    expect(readdirSync(join(builder.stateFolder, 'instances')).filter((name) => name.startsWith(`${id}.`))).toEqual([]);
    expect(refusal(await operate(builder, id, 'execute'))).toBe('404 instance-gone');
  });
});

/** Returns the plugin's process IDs, excluding the sandbox around it. */
function processesOf(id: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => processText(pid, 'cmdline').split('\0')[0]?.endsWith('/program'))
    .filter((pid) => ['cmdline', 'mountinfo'].some((what) => processText(pid, what).includes(`/instances/${id}.`)));
}

describe('a plugin has no access to', () => {
  let id: string;
  beforeAll(async () => {
    id = await started(pipelineArtifact);
  });

  test("a Go plugin has no access to this machine's files", async () => {
    const paths = ['/etc/shadow', '/root/.bashrc', process.cwd(), builder.stateFolder, '/proc/1/root/etc/shadow'];
    for (const path of paths) expect(await output(id, 'read', path)).toEqual({ read: false });
  });

  test('a Go plugin has no access to the network', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const place = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    expect(await output(id, 'dial', place)).toEqual({ connected: false });
    server.close();
  });

  test("a Go plugin has no access to the builder's environment and user", async () => {
    const { folder, uid, variables } = environmentModel.parse(await output(id, 'environment'));
    expect(variables).toEqual(expect.arrayContaining(['SLIPWAY_KIND=pipeline', `HOME=${folder}`]));
    expect(variables.join()).not.toContain('BUILDER');
    // Without namespaces, a plugin has the user and paths of its unprivileged builder.
    if (builder.sandbox === 'namespaces') {
      expect(folder).toBe('/tmp');
      expect(uid).toBeGreaterThanOrEqual(62_000);
    } else {
      expect(folder).toContain(`/instances/${id}.`);
      if (isRoot) expect(uid).toBeGreaterThanOrEqual(62_000);
      else expect(uid).toBe(process.getuid?.());
    }
  });

  test('a Go plugin has no access to memory beyond its limit', { tags: 'long' }, async () => {
    const alone = await started(pipelineArtifact);
    await act(alone, 'memory');
    // Without control groups, the plugin can't reserve the addresses.
    const ended = builder.cgroup === 'none' ? /out of memory|cannot allocate/ : /more than its 512 MiB of memory/;
    await eventually(async () => (await builder.logs(alone)).join('\n')).toMatch(ended);
    await eventually(async () => (await builder.status(alone)).restarts).toBe(1);
  });
});

import { verificationWords } from '../../../contract/features/agents/states.ts';
import type { OptionValues } from '../../arguments/command-options.ts';
import { serverCommand } from '../../command/command.ts';
import { Failure } from '../../terminal/failure.ts';

const registerOptions = {
  '--type <type>': { description: 'what it collects', choices: ['log', 'metric', 'trace'], required: true },
  '--checksum <checksum>': '`sha256:` and hexadecimal digits',
  '--artifact <file>': 'compute the checksum from this file',
  '--runtime <runtime>': 'its runtime, such as go',
  '--config-schema <json>': "its configuration's JSON Schema: JSON or @FILE",
  '--no-wait': "don't wait for the verification",
} as const;

export const register = serverCommand({
  name: 'register',
  summary: 'register a version',
  description: 'Registers the artifact at a URL as a version, and waits until Slipway has verified its checksum.',
  arguments: { '<name>': "the plugin's name", '<version>': 'its version', '<url>': "the artifact's URL" },
  options: registerOptions,
  examples: [
    'slipway agents register nginx-logs 2.1.0 https://example.com/n.tar.gz \\',
    '  --type log --artifact n.tar.gz',
  ],
  async run({ client, output }, { name, version, url }, options) {
    const { configSchema, runtime, type, wait } = options;
    const { readJsonArgument } = await import('../../arguments/json-argument.ts');
    const body = {
      name,
      version,
      pluginType: type,
      artifactUrl: url,
      checksum: await checksumOf(options),
      pluginRuntime: runtime,
      ...(configSchema === undefined ? {} : { configSchema: await readJsonArgument('--config-schema', configSchema) }),
    };
    output.progress('verifying');
    const query = wait ? ({ verify: 'sync' } as const) : {};
    const plugin = await client.post('/api/v1/plugins', { body, query });
    return {
      json: plugin,
      text: `✓ registered ${plugin.name} ${plugin.version} (${plugin.id}), ${verificationWords[plugin.verification]}\n`,
    };
  },
});

async function checksumOf({ artifact, checksum }: OptionValues<typeof registerOptions>): Promise<string> {
  if (checksum !== undefined && artifact === undefined) return checksum;
  if (artifact === undefined || checksum !== undefined)
    throw new Failure('usage', "the artifact's checksum is missing or given twice", {
      hint: 'Pass either --checksum sha256:… or --artifact FILE.',
    });
  const { createHash } = await import('node:crypto');
  const { createReadStream } = await import('node:fs');
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(artifact)) hash.update(chunk);
  } catch (error) {
    throw new Failure('failed', `cannot read ${artifact}: ${error instanceof Error ? error.message : error}`);
  }
  return `sha256:${hash.digest('hex')}`;
}

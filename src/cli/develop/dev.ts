// Defines `slipway dev`, which redeploys a plugin whenever its folder changes.
import { serverCommand } from '../command/command.ts';

export const dev = serverCommand({
  name: 'dev',
  summary: 'serve a plugin from its folder as you write it',
  description:
    'Checks, publishes and deploys a folder after every change and shows its logs, until Ctrl-C. Then deletes the versions. Works only with a local server, which assigns the version numbers.',
  arguments: { '[path]': "the plugin's folder (default: the current folder)" },
  examples: ['slipway dev my_plugin'],
  async run(connection, { path = '.' }, { json }) {
    const { develop } = await import('./develop.ts');
    const end = await develop(connection, { folder: path, json: json === true }, connection.output);
    connection.output.info(end);
    return { json: {}, text: '', streamed: true, exit: 'interrupted' };
  },
});

// Describes what the commands of READMEs print with `--json`.

export const outputs = {
  show: '`PluginDocument`, or `GoPlugin` for other kinds; with `--readme`, `PluginReadme`',
};

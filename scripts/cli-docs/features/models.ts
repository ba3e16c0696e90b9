// Describes what `--json` prints for the commands of models.

export const outputs = {
  'models put': '`Model`',
};

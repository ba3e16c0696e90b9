// Runs `slipway test` on a plugin that asks for a secret and a model.
import { inProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

export const asking = {
  ...plugin,
  'manifest.py': `feature_extractor_name = "asking"
version = "1.0.0"
features = []
models = ["words"]
permissions = {"secrets": ["TOKEN"], "timeout_s": 40}
`,
  'pipeline.py': `from engine.models.loader import load_namespace_model
from shared.plugins.secrets import get


def build_steps(request):
    return {"steps": [read]}


def read(batch):
    print("token", get("TOKEN"))
    batch["read"] = [load_namespace_model("words").read_text()] * len(batch)
    batch["even"] = [10 / n for n in batch["n"]]
    return batch
`,
  'rows.json': '[{"n": 1}, {"n": 0}, {"n": 2}]',
  'good.json': '[{"n": 1}]',
  '.gitignore': 'secrets.env\n',
  'secrets.env': '# for tests\nTOKEN="from-the-file"\nOTHER=not-asked-for\n',
  'words.txt': 'some words',
};

export interface Report {
  checks: { name: string; status: string; detail: string; lines?: string[] }[];
}

export async function tested(args: string[], environment: Record<string, string> = {}, files = asking) {
  const cwd = folderOf(files);
  const given = args.map((arg) => arg.replace('@', `${cwd}/`));
  const ran = await inProcess(['test', cwd, '--json', ...given], environment);
  const { checks }: Report = JSON.parse(ran.stdout);
  return {
    exit: ran.exit,
    stdout: ran.stdout,
    check: (name: string) =>
      checks.filter((check) => check.name === name).map(({ status, detail }) => [status, detail]),
    lines: checks.flatMap(({ lines = [] }) => lines),
  };
}

export const model = ['--model', 'words=@words.txt'];

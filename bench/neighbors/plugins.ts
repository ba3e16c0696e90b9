// The plugins that share a machine: a good one, and one for each way to behave badly.

export interface Subject {
  name: string;
  /** realtime.py of 1.0.0, which behaves, if there is a 1.0.1 that doesn't. */
  before?: string;
  realtime: string;
  manifest?: string;
}

const good = `class RealtimeHandler:
    def predict(self, request):
        return {"length": len(request.get("text", ""))}
`;

export const goodPlugin: Subject = { name: 'good', realtime: good };

export const badPlugins: Subject[] = [
  {
    name: 'leaking',
    realtime: `class RealtimeHandler:
    def __init__(self):
        self.kept = []

    def predict(self, request):
        self.kept.append(b"x" * (8 * 1024 * 1024 + len(self.kept)))
        return {"kept": len(self.kept)}
`,
    manifest: 'permissions = {"memory_mb": 512}\n',
  },
  {
    name: 'crashing',
    before: good,
    realtime: `import os


class RealtimeHandler:
    def predict(self, request):
        os.abort()
`,
  },
  {
    name: 'hanging',
    realtime: `import time


class RealtimeHandler:
    def predict(self, request):
        print("waiting for something that never happens")
        time.sleep(3600)
`,
    manifest: 'permissions = {"timeout_s": 5}\n',
  },
  {
    name: 'blocking',
    realtime: `import time


class RealtimeHandler:
    async def run_inference(self, inputs, parameters):
        time.sleep(2)
        return {}
`,
  },
];

export function filesOf({ name, manifest = '' }: Subject, version: string, realtime: string): Record<string, string> {
  return {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\noutput_schema = {}\n${manifest}`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': realtime,
  };
}

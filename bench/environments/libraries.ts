// Deploys a plugin for each library that the documents call safe to use, and has it do something real, confined as plugins are:
// `node bench/environments/libraries.ts [--only numpy,pandas] [--large]`. Prints what each answered, or the line that says what to use instead.
// `--large` adds torch and what depends on it. The clients speak to themselves: plugins have no network unless it is granted.
import { loadavg } from 'node:os';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { ExtractorClient } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { fetchUv, toolsFolder } from '../../scripts/testing/uv.ts';
import { withLocalServer } from '../local-server.ts';
import { publishAndCall, secondsSince } from './deployments.ts';
import { type BenchPlugin, sentences } from './plugins.ts';

const usage = `node bench/environments/libraries.ts [OPTION...]

Uses each library that the documents call safe. --large adds torch.`;

const { values } = readCommandLine(usage, {
  options: {
    only: { type: 'string' },
    large: { type: 'boolean', default: false },
  },
});

/** Lines of each library's use: the last is the value that a call returns. */
const uses: Record<string, string[]> = {
  numpy: ['import numpy', 'numpy.linalg.solve(numpy.array([[2.0, 0], [0, 4]]), numpy.array([2.0, 4])).tolist()'],
  pandas: [
    'import pandas',
    'pandas.DataFrame({"a": [1, 1, 2], "b": [1, 2, 3]}).groupby("a").b.sum().to_dict().__repr__()',
  ],
  polars: [
    'import polars',
    'polars.DataFrame({"a": [1, 1, 2]}).lazy().group_by("a").len().sort("a").collect()["len"].to_list()',
  ],
  pyarrow: [
    'import io, pyarrow, pyarrow.parquet as parquet',
    'file = io.BytesIO()',
    'parquet.write_table(pyarrow.table({"a": [1, 2]}), file)',
    'parquet.read_table(io.BytesIO(file.getvalue())).to_pydict()',
  ],
  onnxruntime: [
    'import numpy, onnx, onnxruntime',
    'from onnx import TensorProto, helper',
    'value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [2])',
    'graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "add", [value("x")], [value("y")])',
    'model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)',
    'session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])',
    'session.run(None, {"x": numpy.array([1, 2], dtype="float32")})[0].tolist()',
  ],
  safetensors: [
    'import numpy, safetensors.numpy as tensors',
    'tensors.load(tensors.save({"w": numpy.arange(3.0)}))["w"].tolist()',
  ],
  pillow: [
    'import io',
    'from PIL import Image',
    'file = io.BytesIO()',
    'Image.new("RGB", (8, 8), (200, 0, 0)).save(file, "JPEG")',
    'list(Image.open(file).resize((2, 2)).size)',
  ],
  'opencv-python': ['import cv2, numpy', 'int(cv2.Canny(numpy.eye(16, dtype="uint8") * 255, 50, 100).max())'],
  'opencv-python-headless': ['import cv2, numpy', 'int(cv2.Canny(numpy.eye(16, dtype="uint8") * 255, 50, 100).max())'],
  imageio: [
    'import imageio.v3 as images, numpy',
    'list(images.imread(images.imwrite("<bytes>", numpy.zeros((4, 4, 3), "uint8"), extension=".png")).shape)',
  ],
  librosa: [
    'import librosa, numpy',
    'list(librosa.feature.mfcc(y=numpy.sin(numpy.arange(22050) / 10), sr=22050).shape)',
  ],
  soundfile: [
    'import io, numpy, soundfile',
    'file = io.BytesIO()',
    'soundfile.write(file, numpy.zeros(800), 8000, format="FLAC")',
    'soundfile.info(io.BytesIO(file.getvalue())).frames',
  ],
  'ffmpeg-python': [
    'import ffmpeg',
    'str(ffmpeg.input("anullsrc", f="lavfi", t=1).output("pipe:", format="wav").run(capture_stdout=True)[0][:4])',
  ],
  av: [
    'import io, av, numpy',
    'file = io.BytesIO()',
    'with av.open(file, "w", format="wav") as out:',
    '    stream = out.add_stream("pcm_s16le", rate=8000, layout="mono")',
    '    frame = av.AudioFrame.from_ndarray(numpy.zeros((1, 800), "int16"), format="s16", layout="mono")',
    '    frame.sample_rate = 8000',
    '    out.mux(stream.encode(frame))',
    '    out.mux(stream.encode(None))',
    'sum(frame.samples for frame in av.open(io.BytesIO(file.getvalue())).decode(audio=0))',
  ],
  requests: [
    'import requests',
    'from requests.adapters import BaseAdapter',
    'class Here(BaseAdapter):',
    '    def send(self, request, **_):',
    '        response = requests.Response()',
    '        response.status_code, response._content, response.url = 200, request.body, request.url',
    '        return response',
    '    def close(self):',
    '        pass',
    'session = requests.Session()',
    'session.mount("https://", Here())',
    'session.post("https://x.example/", json={"a": 1}).json()',
  ],
  httpx: [
    'import httpx',
    'client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=request.content)))',
    'client.post("https://x.example/", json={"a": 1}).json()',
  ],
  aiohttp: [
    'import asyncio, tempfile, aiohttp',
    'from aiohttp import web',
    'async def main():',
    '    async def answer(request):',
    '        return web.json_response(await request.json())',
    '    application = web.Application()',
    '    application.router.add_post("/", answer)',
    '    runner = web.AppRunner(application)',
    '    await runner.setup()',
    '    path = tempfile.mkdtemp() + "/socket"',
    '    await web.UnixSite(runner, path).start()',
    '    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(path)) as session:',
    '        async with session.post("http://x.example/", json={"a": 1}) as response:',
    '            answered = await response.json()',
    '    await runner.cleanup()',
    '    return answered',
    'asyncio.run(main())',
  ],
  pydantic: [
    'import pydantic',
    'class Row(pydantic.BaseModel):',
    '    n: int',
    'Row.model_validate_json("{\\"n\\": \\"7\\"}").model_dump()',
  ],
};
/** Packages that a use needs in addition. */
const companions: Record<string, string[]> = { onnxruntime: ['onnx'], safetensors: ['numpy'], av: ['numpy'] };

/** Compiles itself at its first call, which takes longer than a call may on a busy machine: as docs/dependencies.md says, it is called when the plugin loads. */
const calledAtLoad = new Set(['librosa']);

function pluginOf(library: string, lines: readonly string[]): BenchPlugin {
  const indented = lines.map((line) => `        ${line}`);
  const last = indented.pop()?.trim();
  const load = calledAtLoad.has(library) ? '    def load_model(self):\n        self.predict({})\n\n' : '';
  return {
    dependencies: [library, ...(companions[library] ?? [])],
    inputs: {},
    realtime: `class RealtimeHandler:\n${load}    def predict(self, request):\n${indented.join('\n')}\n        return {"value": ${last}}\n`,
  };
}

async function tryAll(local: Local): Promise<void> {
  const only = values.only?.split(',');
  const plugins = Object.entries(uses).map(([library, lines]) => [library, pluginOf(library, lines)] as const);
  const large = values.large ? [['torch, transformers, sentence-transformers', sentences] as const] : [];
  for (const [library, plugin] of [...plugins, ...large]) {
    if (only && !only.includes(library)) continue;
    const startedAt = performance.now();
    const name = `use_${library.replaceAll(/\W+/g, '_')}`;
    const result = await publishAndCall(new ExtractorClient(local), { name, version: '1.0.0' }, plugin).then(
      () => 'works',
      (error: Error) => error.message.replaceAll(/\s+/g, ' ').slice(0, 1000),
    );
    console.log(`${library.padEnd(24)} ${secondsSince(startedAt).toFixed(1).padStart(6)} s  ${result}`);
  }
  console.log(`load ${loadavg()[0]?.toFixed(1)}`);
}

await fetchUv();
await withLocalServer(tryAll, { env: { BUILDER_TOOLS: toolsFolder } });
process.exit();

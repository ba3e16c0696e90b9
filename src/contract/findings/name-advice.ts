// Says what to write instead of a single reported name, where the fix depends on the name, not the rule. `slipway lint`, SARIF and
// annotations show it with the finding, and so does `--explain NAME`.
import { goNameAdvice } from './explanations/go-names.ts';
import type { NameAdvice } from './explanations/python.ts';
import type { Finding } from './finding.ts';

const temporaryFiles =
  'Keep the data in memory with io.BytesIO. If a library can only write to a path, use the folder in os.environ["TMPDIR"]: it has 256 MiB and is empty at each start.';
const inMemoryCopies =
  "Return the data from the call, or keep it in memory. A plugin's files are read-only while it runs.";
const plainWeights =
  'Store weights as safetensors and read them with safetensors.numpy.load_file, and other data as JSON.';
const ownProcess =
  'Call a library that does the same in this process: PIL for images, PyAV for audio and video, httpx for services.';

/** The first matching entry applies. */
export const nameAdvice: readonly NameAdvice[] = [
  {
    names: ['threading', '_thread', 'concurrent.futures.ThreadPoolExecutor', 'concurrent.futures.thread'],
    fix: 'Write the method as `async def` and await several calls with asyncio.gather. For work that keeps a processor busy, raise serve_config["num_replicas"].',
  },
  {
    names: [
      'multiprocessing',
      'multiprocessing.*',
      'concurrent.futures.ProcessPoolExecutor',
      'concurrent.futures.process',
    ],
    fix: 'Let Slipway start the processes: set serve_config = {"num_replicas": 4} in manifest.py, and process one batch in each.',
  },
  {
    names: ['resource'],
    fix: 'Remove it. Set compute_profile["actor_memory_gb"] in manifest.py to limit memory, and measure time with time.process_time.',
  },
  { names: ['subprocess', 'subprocess.*', 'commands', 'popen2', 'pty', 'os.system', 'os.popen'], fix: ownProcess },
  { names: ['asyncio.create_subprocess_*', 'asyncio.subprocess.*', 'os.spawn*', 'os.exec*'], fix: ownProcess },
  { names: ['os.posix_spawn*', 'pipes', 'mailcap', 'platform.popen'], fix: ownProcess },
  { names: ['os.fork', 'os.forkpty'], fix: 'Remove it. Set serve_config["num_replicas"] for more processes.' },
  {
    names: ['os.kill', 'os.killpg'],
    fix: 'Raise an exception instead. The call fails with its message, and the process continues with the next call.',
  },
  {
    names: ['socket', '_socket', 'ssl', 'http.client', 'urllib.request'],
    fix: 'Call services with httpx, and ask for their hosts with permissions = {"network": ["api.example.com"]} in manifest.py.',
  },
  {
    names: ['ctypes', 'ctypes.*', 'cffi', '_ctypes', 'cppyy'],
    fix: 'Use a package with a wheel that wraps the native library, as a dependency.',
  },
  {
    names: ['fcntl'],
    fix: 'Remove the lock. Each process has its own temporary folder, so no other process can write its files.',
  },
  {
    names: ['mmap'],
    fix: 'Read the file with pathlib.Path.read_bytes, or with numpy.load(path, mmap_mode="r") if it is an array.',
  },
  {
    names: ['importlib.import_module', 'importlib.__import__', 'builtins.__import__'],
    fix: 'Write `import name` inside the function that needs it, which also loads it on first use. To choose among modules, write one import per branch.',
  },
  { names: ['importlib.reload'], fix: 'Keep changing values in a dictionary, and assign to its items.' },
  {
    names: ['importlib.util.spec_from_*', 'importlib.util.module_from_spec', 'runpy'],
    fix: 'Put the file into the archive and write `from . import name`.',
  },
  {
    names: ['importlib.metadata.EntryPoint', 'importlib.metadata.entry_points'],
    fix: 'Import what the entry point names: `from package import function`.',
  },
  {
    names: [
      'jinja2.utils.import_string',
      'pydantic.ImportString',
      'pydantic.types.ImportString',
      'pydoc.locate',
      'pkgutil.resolve_name',
    ],
    fix: 'Import the object by name, and choose among several with a dictionary of names to objects.',
  },
  {
    names: ['sys.modules', 'sys.modules.*'],
    fix: 'To test for a package, write `try: import torch` with `except ImportError: torch = None`.',
  },
  {
    names: ['sys.path', 'sys.path.*'],
    fix: "Import the plugin's own modules with `from . import name`. This works for all files in the archive.",
  },
  {
    names: ['torch.load', 'weights_only'],
    fix: 'Pass weights_only=True, or store the weights as safetensors and read them with safetensors.torch.load_file.',
  },
  {
    names: ['numpy.load', 'numpy.lib.format.read_array', 'allow_pickle'],
    fix: 'Pass allow_pickle=False or omit it. Save arrays of numbers or text, not objects.',
  },
  {
    names: ['from_pretrained', 'trust_remote_code'],
    fix: "Omit trust_remote_code, or pass False. Put the model's code into the archive if transformers lacks it.",
  },
  {
    names: ['pickle', 'pickle.*', '_pickle', '_pickle.*', 'marshal', 'marshal.*', 'shelve', 'shelve.*'],
    fix: plainWeights,
  },
  { names: ['dill', 'cloudpickle', 'joblib.numpy_pickle'], fix: plainWeights },
  {
    names: ['joblib.load'],
    fix: 'Convert a scikit-learn model to ONNX with skl2onnx, and run it with onnxruntime. Store arrays as safetensors, and other data as JSON.',
  },
  {
    names: ['pandas.read_pickle'],
    fix: 'Store the table as Parquet, and read it with pandas.read_parquet(Path(__file__).parent / "table.parquet").',
  },
  { names: ['yaml.*'], fix: 'Call yaml.safe_load or yaml.safe_load_all, or pass Loader=yaml.SafeLoader.' },
  {
    names: ['builtins.setattr', 'builtins.delattr'],
    fix: 'Assign the attribute by name, keep values with computed names in a dictionary, or make a changed copy with dataclasses.replace.',
  },
  {
    names: ['builtins.vars', '__dict__'],
    fix: 'Name the attributes: {"size": args.size}. For all fields, call dataclasses.asdict for a dataclass, or model_dump() for a model.',
  },
  {
    names: ['builtins.globals', 'builtins.locals'],
    fix: 'Keep the values in your own dictionary, such as HANDLERS = {"text": read_text}, and look them up there.',
  },
  {
    names: ['builtins.eval'],
    fix: 'Parse literals with ast.literal_eval and data with json.loads, and choose functions from a dictionary.',
  },
  {
    names: ['builtins.exec', 'builtins.compile'],
    fix: 'Write the code as a function. For a pattern, call re.compile.',
  },
  {
    names: ['builtins.open', 'io.open', '_io.open', 'codecs.open', 'io.FileIO'],
    fix: `Read an archive file with (Path(__file__).parent / "labels.json").read_text(), or read_bytes(). ${temporaryFiles}`,
  },
  {
    names: ['pathlib.Path.read_*', 'pathlib.Path().read_*', 'pathlib.Path.open', 'pathlib.Path().open'],
    fix: `Read only archive files, through Path(__file__).parent. ${temporaryFiles}`,
  },
  { names: ['write_text', 'write_bytes', 'tempfile', 'os.fdopen', 'os.open'], fix: temporaryFiles },
  {
    names: ['shutil', 'os.remove', 'os.unlink', 'os.rename', 'os.replace', 'pathlib.Path.*', 'pathlib.Path().*'],
    fix: inMemoryCopies,
  },
  {
    names: ['__class__'],
    fix: 'Write type(value), and type(value).__name__ for the class name.',
  },
  {
    names: ['os.environ.*', 'os.environ'],
    fix: 'Read each variable by its name: os.environ.get("REGION").',
  },
  {
    names: ['builtins.breakpoint', 'pdb'],
    fix: 'Remove it, and print what you need to see: it appears in `slipway logs`.',
  },
  { names: ['timeit.*'], fix: 'Subtract two values of time.perf_counter, or pass timeit a function instead of text.' },
];

/** Returns what to write instead of the name, or undefined if the rule's own fix covers it. Go has separate names. */
export function adviceFor({ name, ruleId }: Pick<Finding, 'name' | 'ruleId'>): string | undefined {
  const entries = ruleId.startsWith('SLP9') ? goNameAdvice : nameAdvice;
  return entries.find(({ names }) => names.some((pattern) => matches(pattern, name)))?.fix;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

// Explains the rules for names and text in Python, at both levels (scan policy §2 to §6, §9).
import type { RuleId } from '../rules.ts';

export const pythonExplanations: Explanations<'SLP1' | 'SLP2' | 'SLP3' | 'SLP4' | 'SLP5' | 'SLP8'> = {
  SLP101: {
    why: 'The module starts processes or threads, calls native code or opens its own network connections. Plugins share a host and may do none of these.',
    fix: 'Remove the import. Read files with open_asset, and call services with httpx.',
    bad: 'import subprocess\nsubprocess.run(["ffmpeg", "-i", path])',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP102: {
    why: 'A star import brings in forbidden functions without naming them.',
    fix: 'Import the names you use.',
    bad: 'from os import *',
    good: 'from os import path, environ',
  },
  SLP110: {
    why: 'The module or function starts processes, threads or interpreters without using the forbidden modules directly.',
    fix: "Remove it. Do the work in the plugin's process, and read files with open_asset.",
    bad: 'import asyncio\nawait asyncio.create_subprocess_exec("ffmpeg")',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP111: {
    why: "Plugins may not run servers, send mail or open raw connections, because that traffic doesn't pass through an auditable proxy.",
    fix: 'Call services over HTTPS with httpx.',
    bad: 'import ftplib',
    good: 'import httpx\nresponse = httpx.get(url)',
  },
  SLP112: {
    why: "The scan of Python code can't see what native code does.",
    fix: 'Use a library from the index that includes the native part, such as numpy.',
    bad: 'import cffi',
    good: 'import numpy\nvalues = numpy.frombuffer(data)',
  },
  SLP120: {
    why: "A loader runs code that isn't in the archive, or changes which code an import finds.",
    fix: 'Put the module into the archive and import it by name.',
    bad: 'import runpy\nrunpy.run_path(path)',
    good: 'from processors import resize',
  },
  SLP121: {
    why: 'Code objects, debuggers and profilers execute text or bytes as code.',
    fix: 'Write the code as functions, and measure time with time.perf_counter.',
    bad: 'import timeit\ntimeit.timeit("work()")',
    good: 'import time\nstarted = time.perf_counter()',
  },
  SLP122: {
    why: 'Frames, closures and the garbage collector give access to the whole interpreter.',
    fix: 'Pass values to the function as arguments.',
    bad: 'import sys\nsys._getframe(1).f_globals',
    good: 'def run(context): ...',
  },
  SLP130: {
    why: 'A plugin has the read-only files of its archive and a temporary folder. It sees no other files on the machine.',
    fix: 'Read archive files through Path(__file__).parent, and URLs with open_asset from shared.plugins.',
    bad: 'import os\nos.remove(path)',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP140: {
    why: 'The library unpickles data, or creates objects of classes named in the data.',
    fix: 'Use the loader for plain data, such as yaml.safe_load or json.load.',
    bad: 'import yaml\nsettings = yaml.load(text)',
    good: 'import yaml\nsettings = yaml.safe_load(text)',
  },
  SLP150: {
    why: 'The plugin looks for credentials or reads the whole environment. Read the variables you need by name.',
    fix: 'Read each variable by its name with os.environ.get.',
    bad: 'import os\nsettings = dict(os.environ)',
    good: 'import os\nregion = os.environ.get("REGION")',
  },
  SLP151: {
    why: 'Pastebins, tunnels, chat webhooks and bare IP addresses are typical destinations of stolen data. In a file that also accesses credentials, this is an error.',
    fix: 'Send data only to the service that a parameter or setting names.',
    bad: 'httpx.post("https://webhook.site/abc", content=data)',
    good: 'httpx.post(settings["callback_url"], content=data)',
  },
  SLP160: {
    why: "Code that hides its behavior can't be reviewed.",
    fix: 'Store data as a file in the archive instead of encoding it in the source.',
    bad: 'payload = zlib.decompress(base64.b64decode("eJzL…"))',
    good: 'weights = load_file("models/weights.safetensors")',
  },
  SLP190: {
    why: 'The module is neither part of Python nor on the list of libraries known to work in plugins.',
    fix: "Add its package and version to dependencies in manifest.py, or put the module into the archive. A note doesn't reject the plugin.",
    bad: 'import leftpad',
    good: 'import numpy',
  },
  SLP191: {
    why: 'Names that start with an underscore are private to a module. Many of them run text as code or are modules that plugins may not use, and they change without notice.',
    fix: "Use one of the module's documented functions, or write your own.",
    bad: 'import dataclasses\ndataclasses._create_fn("run", [], body)',
    good: 'import dataclasses\ndataclasses.replace(settings, size=3)',
  },
  SLP201: {
    why: 'The builtin executes generated code, accesses files, or changes names in a way the scan cannot follow.',
    fix: 'Parse text with ast.literal_eval or json.loads, and archive files with pathlib.Path.read_text.',
    bad: 'value = eval(row["data"])',
    good: 'import ast\nvalue = ast.literal_eval(row["data"])',
  },
  SLP301: {
    why: 'The function starts or kills processes, or imports a module whose name is known only at run time.',
    fix: 'Call a library in this process, and import modules by name.',
    bad: 'import os\nos.system("convert " + path)',
    good: 'from PIL import Image\nImage.open(stream).convert("RGB")',
  },
  SLP401: {
    why: 'Loading a pickle executes any code that its author put into it.',
    fix: 'Store weights as safetensors, and other data as JSON.',
    bad: 'import pickle\nmodel = pickle.load(stream)',
    good: 'from safetensors.numpy import load_file\nweights = load_file("models/weights.safetensors")',
  },
  SLP402: {
    why: 'Data written by this module can only be read by executing code that the data contains.',
    fix: 'Use json, or safetensors for arrays.',
    bad: 'import pickle',
    good: 'import json',
  },
  SLP501: {
    why: 'These attributes lead from any object to every class and function in the interpreter, a common way to escape a sandbox.',
    fix: 'Use type(value), isinstance and getattr with a literal name.',
    bad: 'name = value.__class__.__name__',
    good: 'name = type(value).__name__',
  },
  SLP801: {
    why: "The attribute's name is known only at run time, so it may be one of the module's forbidden functions.",
    fix: 'Write the attribute\'s name. To choose among several, look them up in a dictionary: {"mean": numpy.mean}[name].',
    bad: 'getattr(os, name)()',
    good: 'os.getcwd()',
  },
};

export interface Explanation {
  why: string;
  /** The fix, as an instruction. Omitted if each finding's message already contains it. */
  fix?: string;
  /** Code, a command or a file name that the rule reports. */
  bad: string;
  good: string;
}

/** Explanations for exactly the rules whose IDs match. */
export type Explanations<Prefix extends string> = Record<Extract<RuleId, `${Prefix}${string}`>, Explanation>;

export interface NameAdvice {
  /** Canonical names, as findings report them. `*` at the end of a name matches any characters. */
  names: readonly string[];
  /** One or two sentences: an instruction. */
  fix: string;
}

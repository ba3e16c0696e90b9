// Explains the rules for source text and archives, which apply to all languages (scan policy §7, §8).
import type { Explanations } from './python.ts';

export const archiveExplanations: Explanations<'SLP6' | 'SLP7'> = {
  SLP601: {
    why: 'A file that cannot be parsed cannot be scanned, and only scanned code is served. Use syntax that Python 3.12 or Go 1.27 accepts.',
    fix: 'Correct the syntax error.',
    bad: 'print "hello"',
    good: 'print("hello")',
  },
  SLP602: {
    why: 'The scan reads UTF-8. With another encoding, Python could run code other than the scanned code.',
    fix: 'Save the file as UTF-8 and remove the encoding declaration.',
    bad: '# -*- coding: latin-1 -*-',
    good: '# saved as UTF-8, without an encoding declaration',
  },
  SLP603: {
    why: 'The file exceeds the limits that keep a scan bounded: size, nesting depth or number of findings.',
    fix: 'Split the file, or move large data to a JSON file.',
    bad: 'TABLE = [[[[ … nested 300 levels deep … ]]]]',
    good: 'import json\nfrom pathlib import Path\nTABLE = json.loads((Path(__file__).parent / "table.json").read_text())',
  },
  SLP701: {
    why: 'When unpacked, the path would leave its folder, mean something else on another system, or look like a different name.',
    fix: 'Rename the entry to a plain relative path.',
    bad: '../../etc/cron.d/job',
    good: 'processors/core.py',
  },
  SLP702: {
    why: 'Links and devices would let the plugin read or write files that are not its own.',
    fix: 'Pack the file that the link refers to.',
    bad: 'models -> /var/models',
    good: 'models/ with the files themselves',
  },
  SLP703: {
    why: 'On some systems the two entries would become one file, so the unpacked files could differ from the scanned ones.',
    fix: 'Rename one of them.',
    bad: 'core.py and Core.py',
    good: 'core.py and core_batch.py',
  },
  SLP704: {
    why: 'Parts of the archive contradict each other, so two programs could unpack different files from it.',
    fix: 'Pack the folder again with zip, tar or `slipway publish`.',
    bad: 'an archive that was patched, concatenated with another file or damaged',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP705: {
    why: 'An archive may have at most 1,000 entries, 500 MiB unpacked, 50 MiB of source and a compression ratio of 100:1.',
    fix: "Leave out environments, caches and data that the plugin doesn't need.",
    bad: 'a zip that contains a virtual environment',
    good: 'zip -r plugin.zip my_plugin/ -x "*/.venv/*" "*/node_modules/*"',
  },
  SLP706: {
    why: 'Only plain zip is read the same way everywhere: stored or deflated, unencrypted, in a single part.',
    fix: 'Pack the folder again without encryption, with zip or `slipway publish`.',
    bad: 'zip --encrypt plugin.zip …',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP707: {
    why: 'Compiled code cannot be scanned. List packages with native parts as dependencies; the platform builds them.',
    fix: 'Remove the file, and list the package it belongs to as a dependency.',
    bad: 'fast_core.cpython-312-x86_64-linux-gnu.so',
    good: 'dependencies = ["numpy>=2"]',
  },
  SLP708: {
    why: 'The content of a nested archive is not scanned, but Python can import from it.',
    fix: 'Unpack it into the plugin, or list the package as a dependency.',
    bad: 'vendor/library.whl',
    good: 'dependencies = ["library==1.4.2"]',
  },
  SLP709: {
    why: "A plugin needs two files at its root: a manifest.py that describes it and a pipeline.py that runs it. A Go plugin needs its package's files there.",
    fix: "Add the file at the plugin's root.",
    bad: 'my_plugin/src/manifest.py',
    good: 'my_plugin/manifest.py and my_plugin/pipeline.py',
  },
  SLP710: {
    why: 'The file is not a zip or tar.gz archive, or is incomplete.',
    fix: 'Pack the folder as zip or tar.gz and upload it again.',
    bad: 'an incomplete download',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP711: {
    why: 'The file contains or may contain pickled data. Loading it executes the code in it.',
    fix: 'Store weights as safetensors, and other data as JSON.',
    bad: 'models/weights.pkl',
    good: 'models/weights.safetensors',
  },
  SLP712: {
    why: 'A dependency that is not installed by name from the package index can change without notice, and others may be unable to install it.',
    fix: 'Name the package and its version, such as library==1.4.2.',
    bad: 'git+https://example.com/library.git',
    good: 'library==1.4.2',
  },
  SLP713: {
    why: "Python runs this file automatically, or it may be run later, but the scan can't read its language.",
    fix: 'Remove the file, or write it as a module that pipeline.py imports.',
    bad: 'sitecustomize.py',
    good: 'processors/setup.py, imported by pipeline.py',
  },
};

// Starts a builder that lends this machine's GPUs, and plugins on it that compute with torch.
import { createHash } from 'node:crypto';
import type { InstanceEvent, PythonSpec } from '../../src/contract/builder/instances.ts';
import type { ModelRef } from '../../src/contract/plugin/models.ts';
import { type Installation, PackageBuilder, refOf } from '../builder/environments/wheels.ts';
import type { TestBuilder } from '../builder/support.ts';

export const GiB = 1024 ** 3;
/** A share with room for what CUDA itself takes. */
export const share = { bytes: 4 * GiB };

const realtime = `
import os
import re

import numpy
import pynvml
import torch
from engine.models.loader import ModelUnavailable, load_namespace_model


class TorchInferenceService:
    def load_model(self):
        self.kept = []
        self.table = torch.full((8, 8), 1.0, device="cuda")
        try:
            numbers = numpy.fromfile(load_namespace_model("numbers"), dtype=numpy.float32)
            self.kept.append(torch.asarray(numbers, device="cuda"))
        except ModelUnavailable:
            pass

    def run_inference(self, inputs, parameters):
        return {"value": getattr(self, inputs["do"])(inputs)}

    def multiply(self, inputs):
        twos = torch.full((256, 256), 2.0, device="cuda")
        return (twos @ twos).sum().item()

    def keep(self, inputs):
        self.kept.append(torch.zeros(int(inputs["gib"] * 2**30), dtype=torch.uint8, device="cuda"))
        return len(self.kept)

    def exceed(self, inputs):
        torch.cuda.set_per_process_memory_fraction(1.0)
        return self.keep(inputs)

    def last(self, inputs):
        return self.kept[0][-1].item()

    def misuse(self, inputs):
        index = torch.full((4,), 1 << 20, dtype=torch.int64, device="cuda")
        return self.table[index].sum().item()

    def look(self, inputs):
        nodes = [name for name in os.listdir("/dev") if re.fullmatch(r"nvidia\\d+", name)]
        return {"nodes": len(nodes), "cards": torch.cuda.device_count(), "visible": os.environ["CUDA_VISIBLE_DEVICES"]}

    def others(self, inputs):
        """Returns the names of other processes that NVML shows here."""
        names = []
        try:
            pynvml.nvmlInit()
            cards = [pynvml.nvmlDeviceGetHandleByIndex(at) for at in range(pynvml.nvmlDeviceGetCount())]
            pids = [one.pid for card in cards for one in pynvml.nvmlDeviceGetComputeRunningProcesses(card)]
            for pid in pids:
                if pid != os.getpid():
                    names.append(str(pynvml.nvmlSystemGetProcessName(pid)))
        except pynvml.NVMLError as error:
            print(f"NVML: {error}")
        return names
`;

/** A builder with torch installed. */
export class TorchBuilder {
  readonly builder: TestBuilder;
  readonly #environment: Installation['environment'];

  private constructor(builder: TestBuilder, environment: Installation['environment']) {
    this.builder = builder;
    this.#environment = environment;
  }

  /** Takes packages from the folder or index that this process's own variables name. */
  static async start(): Promise<TorchBuilder> {
    const { BUILDER_TOOLS: tools, BUILDER_WHEELS: wheels = '' } = process.env;
    const env = { BUILDER_GPUS: 'all', ...(tools === undefined ? {} : { BUILDER_TOOLS: tools }) };
    const packages = await PackageBuilder.start({ wheels, env });
    const { environment } = await packages.install('torch', 'numpy', 'nvidia-ml-py');
    return new TorchBuilder(packages.builder, environment);
  }

  /** Starts an instance, and returns its last event. */
  async start(id: string, more: Partial<PythonSpec> = {}): Promise<InstanceEvent | undefined> {
    const plugin = await this.builder.putPlugin({ 'realtime.py': realtime }, [], id);
    const spec: PythonSpec = { ...plugin, environment: refOf(this.#environment), gpu: share, ...more };
    return (await this.builder.put(id, spec)).at(-1);
  }

  /** Stores a model. */
  async putModel(name: string, content: Uint8Array<ArrayBuffer>): Promise<ModelRef> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.builder.send('PUT', `/blobs/${sha256}`, content);
    return { name, sha256 };
  }

  /** Calls a method of the plugin. Returns its value, or the error. */
  async ask(id: string, method: string, inputs: object = {}): Promise<unknown> {
    const result = Object(await this.builder.result(id, { do: method, ...inputs }));
    return 'value' in result ? result.value : result;
  }

  stop(...ids: string[]): Promise<unknown> {
    return Promise.all(ids.map((id) => this.builder.send('DELETE', `/instances/${id}`)));
  }
}

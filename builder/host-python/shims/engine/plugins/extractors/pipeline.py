"""Declares batch pipelines (plugin format §3), whose steps each process the rows that match their condition."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from engine.frames import names_in, run_on, values_in


class ResourceType(str, Enum):
    CPU = "cpu"
    GPU = "gpu"
    API = "api"


class RowCondition(str, Enum):
    IS_TEXT = "is_text"
    IS_IMAGE = "is_image"
    IS_VIDEO = "is_video"
    IS_AUDIO = "is_audio"
    IS_PDF = "is_pdf"
    ALWAYS = "always"

    def matches(self, mime_type):
        """A row without a MIME type matches every condition. In a frame, a missing value is None, NaN or an empty
        string.
        """
        if self is RowCondition.ALWAYS or not isinstance(mime_type, str) or not mime_type:
            return True
        return mime_type.startswith(_MIME_PREFIXES[self])


_MIME_PREFIXES = {
    RowCondition.IS_TEXT: "text/",
    RowCondition.IS_IMAGE: "image/",
    RowCondition.IS_VIDEO: "video/",
    RowCondition.IS_AUDIO: "audio/",
    RowCondition.IS_PDF: "application/pdf",
}


@dataclass
class StepDefinition:
    service_class: Any
    resource_type: ResourceType = ResourceType.CPU
    config: Any = None
    condition: RowCondition = RowCondition.ALWAYS
    enabled: bool = True

    def __post_init__(self):
        """Raises ValueError for a resource type that does not exist."""
        self.resource_type = ResourceType(self.resource_type)


@dataclass
class PipelineDefinition:
    name: str
    version: str
    steps: list = field(default_factory=list)


class Step:
    """Makes one step callable on a DataFrame. Its service is created with the first batch."""

    def __init__(self, definition):
        self.definition = definition
        self._service = None

    def __call__(self, batch):
        chosen = self.takes(batch)
        if all(chosen):
            return self.run(batch)
        if not any(chosen):
            return batch
        return run_on(batch, chosen, self.run)[0]

    def takes(self, batch):
        """Returns whether each row's `mime_type` meets the condition."""
        condition = self.definition.condition
        if "mime_type" not in names_in(batch):
            return [True] * len(batch)
        return [condition.matches(mime_type) for mime_type in values_in(batch, "mime_type")]

    def run(self, batch):
        """Runs the service on all rows."""
        if self._service is None:
            self._service = self.definition.service_class(self.definition.config)
        return self._service(batch)


_has_gpu = True


def receive(has_gpu):
    """Sets whether steps may ask for a GPU. The host calls this before it loads the plugin."""
    global _has_gpu
    _has_gpu = has_gpu


def build_pipeline_steps(pipeline):
    enabled = [definition for definition in pipeline.steps if definition.enabled]
    for number, definition in enumerate(enabled, 1):
        if definition.resource_type is ResourceType.GPU and not _has_gpu:
            raise RuntimeError(
                f"step {number} asks for ResourceType.GPU, and this process has no GPU. Use ResourceType.CPU if it can run "
                'without, or ask for one in manifest.py: compute_profile = {"resource_type": "gpu"}.'
            )
    return [Step(definition) for definition in enabled]

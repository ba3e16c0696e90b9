"""The batch pipeline of embeddings_onnx."""

from engine.plugins.extractors.pipeline import (
    PipelineDefinition,
    ResourceType,
    RowCondition,
    StepDefinition,
    build_pipeline_steps,
)

from .manifest import metadata
from .processors.core import EmbeddingProcessor


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    pipeline = PipelineDefinition(
        name=metadata["feature_extractor_name"],
        version=metadata["version"],
        steps=[
            StepDefinition(
                service_class=EmbeddingProcessor,
                resource_type=ResourceType.CPU,
                condition=RowCondition.IS_TEXT,
                config=extractor_request.extractor_config.parameters or {},
            ),
        ],
    )
    return {"steps": list(base_steps or []) + build_pipeline_steps(pipeline), "prepare": lambda dataset: dataset}

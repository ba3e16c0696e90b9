"""The tables that a pipeline's steps take and return: how they are built and read, and how their rows keep their identity."""

from engine.frames.exact import FrameFault, frame_of, names_in, pandas, values_in
from engine.frames.identity import Reshaped, run_in_order, snapshot
from engine.frames.merge import run_on

__all__ = ["FrameFault", "Reshaped", "frame_of", "names_in", "pandas", "run_in_order", "run_on", "snapshot", "values_in"]

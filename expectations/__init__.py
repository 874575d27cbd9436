"""Great Expectations over a closed candidate snapshot: every rule of sql/check, judged suite by suite.

`run` judges in this process and takes the library's import with it (about 10 s, 150 MB); `started` judges in a process
of its own whose import runs beside whatever the caller does meanwhile.
"""

from expectations.process import Judge, started
from expectations.run import run

__all__ = ["Judge", "run", "started"]

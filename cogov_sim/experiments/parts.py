"""One file of finished runs: how it is written, and whether what it holds can be trusted.

The checksum of all its bytes is part of a file's name, so it comes and goes with the file, a file is either whole or
known not to be, and nothing of a damaged or edited one ever reaches the reader of Parquet.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cogov_sim.experiments import folders
from cogov_sim.language import Text

#: Columns of a stored run that are no measures.
KEYS = ("scenario", "fingerprint", "code", "seed", "months", "month")
#: What makes a run the same run.
IDENTITY = ["fingerprint", "seed", "months", "code"]
_NAME = re.compile(r"part-\d{20}-([0-9a-f]{16})\.parquet")
_VERSIONS = b"cogov_versions"


class Part(NamedTuple):
    """What a file holds: rows with the columns of ``KEYS`` in front, and the versions of the libraries they were made with."""

    rows: pd.DataFrame
    versions: dict[str, str]


class Untrusted(Exception):
    """A file that is not as it was written; ``why`` in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.why = Text(en, zh)
        super().__init__(en)


def write(folder: Path, rows: pd.DataFrame, versions: dict[str, str]) -> Path:
    """Write finished runs as one file; OSError if that fails, and then nothing is left."""
    table = pa.Table.from_pandas(rows, preserve_index=False)
    table = table.replace_schema_metadata({_VERSIONS: json.dumps(versions).encode()})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    content = buffer.getvalue()
    path = folder / f"part-{time.time_ns():020d}-{_checksum(content)}.parquet"
    folders.write_whole(path, partial(Path.write_bytes, data=content))
    return path


def read(path: Path) -> Part:
    """What a file holds; ``Untrusted`` if it is not just as it was written, or no run could be like that."""
    name = _NAME.fullmatch(path.name)
    if name is None or not path.is_file():  # a pipe would be waited for
        raise Untrusted("is no file of runs by its name", "文件名不符")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Untrusted("cannot be read", "无法读取") from error
    if _checksum(content) != name[1]:
        raise Untrusted("was damaged or edited", "已损坏或被改动")
    try:
        table = pq.read_table(io.BytesIO(content))
        versions = json.loads((table.schema.metadata or {})[_VERSIONS])
        _refuse_schema(table.schema)
        rows = table.to_pandas(ignore_metadata=True)
    except Untrusted:
        raise
    except Exception as error:  # whatever a reader of a file from elsewhere may say
        raise Untrusted("holds no runs", "不含运行结果") from error
    if not isinstance(versions, dict):
        raise Untrusted("holds no runs", "不含运行结果")
    _refuse_rows(rows)
    return Part(rows, {str(key): str(value) for key, value in versions.items()})


def fault(measures: Any, months: int) -> Text | None:
    """What is wrong with the measures of a run of so many months, in words that follow "the run"; None if nothing is."""
    if not isinstance(measures, pd.DataFrame):
        kind = type(measures).__name__
        return Text(f"gave a {kind} instead of a table of measures", f"给出的是 {kind}，而不是指标表")
    names = list(measures.columns)
    if any(not isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return Text("gave columns without a name of their own", "给出的列没有各自的名称")
    if clash := [name for name in names if name in KEYS and name != "month"]:
        return Text(f"gave a measure with the reserved name {clash[0]}", f"给出的指标占用了保留名称 {clash[0]}")
    if "month" not in names or not _counts(measures["month"], months):
        return Text(f"did not give the months 1 to {months} once each", f"未恰好给出第 1 至第 {months} 月各一行")
    return _bad_number(measures.drop(columns="month"))


def _counts(month: pd.Series, months: int) -> bool:
    """Whether these are the months 1 to ``months``, once each."""
    whole = _whole(month)
    return whole and sorted(month.tolist()) == list(range(1, months + 1))


def _whole(column: pd.Series) -> bool:
    return bool(pd.api.types.is_integer_dtype(column.dtype)) and not column.isna().any()


def _bad_number(measures: pd.DataFrame) -> Text | None:
    """Measures are numbers; missing (NaN) where there was nothing to measure, but never infinite."""
    if measures.shape[1] == 0:
        return Text("gave no measures", "没有给出任何指标")
    for name, column in measures.items():
        if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "biuf":
            return Text(f"gave something else than numbers for {name}", f"{name} 不是数")
    values = measures.to_numpy(float)
    if np.isinf(values).any():
        name = measures.columns[np.isinf(values).any(axis=0)][0]
        return Text(f"gave an infinite {name}", f"{name} 为无穷大")
    return None


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _refuse_schema(schema: Any) -> None:
    """Only texts and plain numbers are taken out of a file."""
    for field in schema:
        text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_boolean(field.type)
        if not (text if field.name in KEYS[:3] else number):
            raise Untrusted(f"holds something else than numbers for {field.name}", f"{field.name} 不是数")
    if len(set(schema.names)) < len(schema.names) or not set(KEYS) <= set(schema.names):
        raise Untrusted("holds no runs", "不含运行结果")


def _refuse_rows(rows: pd.DataFrame) -> None:
    """Every run has its months 1 to n once each, and numbers that a run may have."""
    if rows[list(KEYS)].isna().any(axis=None) or not all(_whole(rows[key]) for key in KEYS[3:]):
        raise Untrusted("holds rows of no run", "含有不属于任何运行的行")
    month = rows.groupby(IDENTITY, sort=False)["month"].agg(["count", "nunique", "min", "max"])
    n = month.index.get_level_values("months")
    if not ((month["min"] == 1) & (month["max"] == n) & (month["count"] == n) & (month["nunique"] == n)).all():
        raise Untrusted("holds runs with months missing or twice", "有的运行缺少月份或月份重复")
    if (bad := _bad_number(rows.drop(columns=list(KEYS)))) is not None:
        raise Untrusted(f"holds a run that {bad.en}", f"含有异常的运行：{bad.zh}")

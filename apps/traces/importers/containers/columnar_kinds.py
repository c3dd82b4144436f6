"""Which columnar file a file is, by its first bytes. Apart from columnar.py, so that only such files load pyarrow."""

from .arrow_bounds import FILE_MAGIC, STREAM_MARK

KINDS = {
    "parquet": "a Parquet file",
    "arrow file": "an Arrow file",
    "arrow stream": "an Arrow stream",
}
PARQUET_MAGIC = (b"PAR1", b"PARE")


def columnar_kind(head: bytes) -> str:
    """
    >>> columnar_kind(b"PAR1..."), columnar_kind(b"id,model")
    ('parquet', '')
    """
    if head.startswith(PARQUET_MAGIC):
        return "parquet"
    if head.startswith(FILE_MAGIC):
        return "arrow file"
    return "arrow stream" if head.startswith(STREAM_MARK) and len(head) > 8 and head[6:8] == b"\x00\x00" else ""

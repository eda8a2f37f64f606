"""What the readers of foreign formats raise for a broken file, as one tuple: none of it is this portal's own fault."""

import struct
import zipfile
import zlib

BROKEN_FILE: tuple[type[BaseException], ...] = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

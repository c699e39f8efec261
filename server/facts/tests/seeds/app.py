#!/usr/bin/env python3
# /// script
# dependencies = ["requests"]
# ///
from __future__ import annotations
import os, sys as s
from a.b import (c, d as e,  # pinlens: ignore[undeclared-import]
    f)
try:
    import redis
except ImportError:
    redis = None
if sys.version_info >= (3, 11) and os.name == 'nt':
    import tomllib
def f(x):
    '''doc'''
    import numpy as np; return f'{x!r:>{10}} {np}'
importlib.import_module("x.y")
subprocess.run(['gunicorn', '-w', '2', 'app:app'])
if __name__ == "__main__":
    f(1)

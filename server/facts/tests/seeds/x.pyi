import a
from . import b
if False:
    from c import *

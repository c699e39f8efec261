import redis
import rq

try:
    import ujson as json
except ImportError:
    import json

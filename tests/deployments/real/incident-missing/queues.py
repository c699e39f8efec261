import os

from redis import Redis
from rq import Queue

connection = Redis(os.environ.get("REDIS_HOST", "localhost"))
queue = Queue()

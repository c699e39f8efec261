"""The queue and its connection. Without a server the application works synchronously."""

import os

from redis import Redis
from rq import Queue

redis_conn = Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379/0"))


def get_queue():
    return Queue("default", connection=redis_conn)


def is_rq_available():
    try:
        return bool(redis_conn.ping())
    except Exception as error:
        print(f"The queue is not available: {error}")
        return False

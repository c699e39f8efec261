import json

from flask import Flask
from rq.job import Job
import six

try:
	from rq_config import queue
except ImportError as error:
	raise ImportError(f"required components not available: {error}")


def create():
    return Flask(__name__)


def answer(job: Job):
    return six.text_type(json.dumps([job.id, queue.name]))

import logging

from queues import connection

log = logging.getLogger(__name__)


def enqueue(name):
    log.info("%s", name)
    return connection

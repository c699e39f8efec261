from flask import Flask

try:
    from jobs import enqueue
    from queues import connection
except ImportError as error:
    print(f"the job queue cannot be imported: {error}")
    raise ImportError(f"components are not available: {error}")

app = Flask(__name__)

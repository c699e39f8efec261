"""The web application. It can do without a Redis server, but not without the packages."""

import six
from flask import Flask, jsonify

try:
    from rq.job import Job

    from rq_config import get_queue, is_rq_available
    from rq_tasks import analyze_section, process_chat
except ImportError as error:
    print(f"CRITICAL: the queue cannot be imported: {error}")
    raise ImportError(f"Required components are not available: {error}")


def create_app():
    app = Flask(__name__)

    @app.get("/health")
    def health():
        return jsonify(status="healthy", queue=is_rq_available())

    @app.post("/sections/<name>")
    def analyze(name):
        if not is_rq_available():
            return jsonify(result=analyze_section(name))
        return jsonify(job=get_queue().enqueue(analyze_section, name).id)

    @app.post("/chat/<text>")
    def chat(text):
        return jsonify(answer=process_chat(six.ensure_str(text)))

    @app.get("/jobs/<job_id>")
    def job(job_id):
        return jsonify(status=Job.fetch(job_id, connection=get_queue().connection).get_status())

    return app

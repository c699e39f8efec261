"""Starts the web application: what the platform runs once the image is built."""

import os

from app import create_app

# The Celery worker is not started here: jobs run in RQ.
application = create_app()

if __name__ == "__main__":
    application.run(host="0.0.0.0", port=int(os.environ.get("PORT", "8080")))

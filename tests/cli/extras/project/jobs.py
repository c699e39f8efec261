from celery import Celery

app = Celery("jobs", broker="redis://host", backend="mongodb://host")

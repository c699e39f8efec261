from celery import Celery

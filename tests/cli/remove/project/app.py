import flask
import rq
import redis

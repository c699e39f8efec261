import flask
import redis
from redis import client

import redis
import tomllib

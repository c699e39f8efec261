import redis

take = redis.Redis()

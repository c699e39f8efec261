import redis, rq

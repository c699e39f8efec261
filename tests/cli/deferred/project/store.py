def setup():
    import redis

    return redis.Redis()


def other():
    try:
        import orjson
    except ImportError:
        orjson = None
    return orjson

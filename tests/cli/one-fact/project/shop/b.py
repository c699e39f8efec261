def load():
    import redis
    return redis

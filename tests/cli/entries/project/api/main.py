def create_app():
    import redis

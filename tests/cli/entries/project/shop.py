def make_app():
    try:
        import stripe
    except ImportError:
        pass

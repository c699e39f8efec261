def main():
    from . import work

import sys

from application import app

if __name__ == "__main__":
    app.run(port=8080)

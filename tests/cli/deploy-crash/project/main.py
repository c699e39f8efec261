from app import create

if __name__ == "__main__":
    create().run()

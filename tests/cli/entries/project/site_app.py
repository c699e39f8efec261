def create_app():
    from flask import Flask

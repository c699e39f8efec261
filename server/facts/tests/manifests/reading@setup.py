import os
from setuptools import setup

def read_requirements(name):
    with open(name) as f:
        return f.read().splitlines()

with open("requirements.txt") as f:
    required = f.read().splitlines()

with open("README.rst") as f:
    readme = f.read()

with open("requirements-dev.txt") as f:
    dev = [line.strip() for line in f.readlines()]

def base():
    with open(os.path.join(HERE, "requirements", "base.txt")) as f:
        return [line.strip() for line in f]

setup(
    install_requires=required,
    tests_require=read_requirements("requirements/test.txt"),
    setup_requires=base(),
    extras_require={"x": [l for l in open("x.txt")], "dev": dev, "all": unknown_things()},
)

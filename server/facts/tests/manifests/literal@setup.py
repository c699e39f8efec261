from setuptools import find_packages, setup

REQS = ["requests>=2", "six"]
REQS += ["rq"]
REQS.append("click")
EXTRAS = {"dev": ["pytest"]}
EXTRAS["docs"] = ["sphinx", 'furo' 'x']
EXTRAS["both"] = EXTRAS["dev"] + ["tox"]
EXTRAS["all"] = sorted({one for list_ in EXTRAS.values() for one in list_})
kwargs = dict(setup_requires=["wheel"])

setup(
    name="app",
    python_requires=">=3.8",
    package_dir={"": "src"},
    packages=find_packages("src"),
    install_requires=REQS + [
        "attrs",  # pinlens: ignore
        "bad req",
        "lib" if True else "other",
        compute(),
    ],
    extras_require=EXTRAS,
    tests_require="mock\nnose",
    **kwargs,
)

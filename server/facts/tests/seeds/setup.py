from setuptools import setup, find_packages
extras = {'dev': ['pytest']}
base = ['six>=1', 'attrs']
setup(name='x', version='1', package_dir={'': 'src'}, install_requires=base + ['flask; python_version>"3"'], extras_require=extras)

import requests

from service import cache

print(cache)

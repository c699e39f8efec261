import redis
import sklearn

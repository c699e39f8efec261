INSTALLED_APPS = ['django.contrib.admin', 'rest_framework']
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}
URL = 'postgresql+asyncpg://u:p@h/d'
MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']

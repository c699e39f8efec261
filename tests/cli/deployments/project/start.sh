#!/bin/sh
set -e
echo "starting"
mkdir -p /tmp/data
touch /tmp/data/a
sleep 1
cd /app
redis-cli -h redis ping
redis-cli -h redis ping
echo "migrations"
python migrate.py
exec gunicorn app:app

#!/bin/sh
set -e

echo "migrating"
python migrate.py
exec "$@"

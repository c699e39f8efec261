#!/bin/bash
set -e
export A="b c" ; cd src || exit 1
if [ -f x ]; then python -m flask run; fi
for i in a b; do celery -A app worker & done
cat <<'EOF' > f
pip install x
EOF
exec "$@" `which python` $(cat x | xargs -n1 pytest) 2>&1

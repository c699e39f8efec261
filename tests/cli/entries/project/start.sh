#!/bin/sh
export X=1
exec flask --app shop:make_app run

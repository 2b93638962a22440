#!/bin/sh
exec node /opt/code/server.mjs

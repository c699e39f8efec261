#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",  # pinlens: ignore
#   "rich", "é>=1",
#   "last"
# ]
# ///
import requests

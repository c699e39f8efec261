import os
name = "größe"

from boltons.iterutils import chunked

print("started", chunked([1], 1))

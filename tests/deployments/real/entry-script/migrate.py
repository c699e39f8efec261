import boltons

print(boltons)

from pages import text

print("started", text)

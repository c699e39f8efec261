"""What the worker does."""


def analyze_section(name):
    return {"section": name, "words": len(name.split())}


def process_chat(text):
    return text.strip().capitalize()

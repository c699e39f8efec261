from markdown import markdown

text = markdown("x")

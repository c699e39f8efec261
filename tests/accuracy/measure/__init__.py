"""How accuracy is measured: trees, environments, tools, scores and the report."""

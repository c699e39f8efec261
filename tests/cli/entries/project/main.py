import many.cli

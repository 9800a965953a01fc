"""The vocabulary that compiler and runtime share: types, facts, functions, finders, the compiled form."""

"""Outputs of sRNA quantifiers, one module a program; `registry` lists them."""
